using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Tags;
using Toolkit.Caching.Tests.Hosting;

namespace Toolkit.Caching.Tests.Options;

[Collection(ProcessWide.Name)]
public sealed class OptionTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new();
    private ServiceProvider? _services;

    public ValueTask InitializeAsync()
    {
        OptionMethods.Fails = false;
        _services = new ServiceCollection()
            .AddToolkitCaching(caching => caching.UseTimeProvider(_time).ConfigureMethod("Toolkit.Caching.Tests.Options.OptionMethods.Configured", static m => m.Capacity = 5))
            .BuildServiceProvider();
        _services.UseToolkitCaching();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => _services!.DisposeAsync();

    [Fact]
    public void TimeToLive_WhenOver_ComputesAnew()
    {
        var first = OptionMethods.Timed(1);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Equal(first, OptionMethods.Timed(1));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(first, OptionMethods.Timed(1));
    }

    [Fact]
    public void Sliding_WhileAskedFor_Stays()
    {
        var first = OptionMethods.Sliding(1);
        for (var i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(50));
            Assert.Equal(first, OptionMethods.Sliding(1));
        }

        _time.Advance(TimeSpan.FromSeconds(60));
        Assert.NotEqual(first, OptionMethods.Sliding(1));
    }

    [Fact]
    public async Task RefreshAhead_NearTheEnd_ServesTheOldOneAndComputesTheNext()
    {
        var first = await OptionMethods.RefreshedAsync(1);
        var before = OptionMethods.Calls;
        _time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(first, await OptionMethods.RefreshedAsync(1));
        await UntilAsync(() => OptionMethods.RefreshedAsync(1).Result != first);
        Assert.Equal(before + 1, OptionMethods.Calls);

        // The next one lives a minute from its own computation.
        _time.Advance(TimeSpan.FromSeconds(35));
        Assert.NotEqual(first, await OptionMethods.RefreshedAsync(1));
        Assert.Equal(before + 1, OptionMethods.Calls);
    }

    [Fact]
    public async Task RefreshAhead_OfASynchronousMethod_RunsInTheBackground()
    {
        var first = OptionMethods.Refreshed(1);
        _time.Advance(TimeSpan.FromSeconds(45));
        Assert.Equal(first, OptionMethods.Refreshed(1));
        await UntilAsync(() => OptionMethods.Refreshed(1) != first);
    }

    [Fact]
    public async Task StaleIfError_WhenComputingThrows_ServesTheLastResult()
    {
        var first = OptionMethods.Stale(1);
        var firstAsync = await OptionMethods.StaleAsync(1);
        _time.Advance(TimeSpan.FromMinutes(5));
        OptionMethods.Fails = true;
        Assert.Equal(first, OptionMethods.Stale(1));
        Assert.Equal(firstAsync, await OptionMethods.StaleAsync(1));
        Assert.True(Memo.OptionMethods.Stale.Info().StaleHits >= 1);
        _time.Advance(TimeSpan.FromMinutes(10));
        Assert.Throws<InvalidOperationException>(() => OptionMethods.Stale(1));
        await Assert.ThrowsAsync<InvalidOperationException>(() => OptionMethods.StaleAsync(1));
    }

    [Fact]
    public void Tags_Invalidated_TakeTheirResultsWithThem()
    {
        var (one, two) = (OptionMethods.Tagged(1), OptionMethods.Tagged(2));
        Memoized.InvalidateTag("one:1");
        Assert.Equal(two, OptionMethods.Tagged(2));
        Assert.NotEqual(one, OptionMethods.Tagged(1));
        Memoized.InvalidateTag("all");
        Assert.NotEqual(two, OptionMethods.Tagged(2));
        Memoized.InvalidateTag("another");
        var again = OptionMethods.Tagged(2);
        Assert.Equal(again, OptionMethods.Tagged(2));
    }

    [Fact]
    public void Tags_VeryMany_TakeBoundedMemoryAndStillHold()
    {
        var one = OptionMethods.Tagged(101);
        for (var i = 0; i < TagBarriers.MostTags + 10; i++)
        {
            Memoized.InvalidateTag(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"many:{i}"));
        }

        Assert.InRange(TagBarriers.Count, 1, TagBarriers.MostTags);

        // Its own tag was not invalidated, but that is not known any more: computed once more, then kept.
        var again = OptionMethods.Tagged(101);
        Assert.NotEqual(one, again);
        Assert.Equal(again, OptionMethods.Tagged(101));
        Memoized.InvalidateTag("one:101");
        Assert.NotEqual(again, OptionMethods.Tagged(101));
    }

    [Fact]
    public async Task RefreshAhead_Fails_CountsNoStaleHit()
    {
        var first = OptionMethods.RefreshedOrStale(1);
        _time.Advance(TimeSpan.FromSeconds(45));
        OptionMethods.Fails = true;
        var calls = OptionMethods.Calls;
        Assert.Equal(first, OptionMethods.RefreshedOrStale(1));
        await UntilAsync(() => OptionMethods.Calls > calls);
        Assert.Equal(first, OptionMethods.RefreshedOrStale(1));
        Assert.Equal(0, Memo.OptionMethods.RefreshedOrStale.Info().StaleHits);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(first, OptionMethods.RefreshedOrStale(1));
    }

    [Fact]
    public void Nulls_FollowThePolicy()
    {
        var before = OptionMethods.Calls;
        Assert.Null(OptionMethods.Skipping(0));
        Assert.Null(OptionMethods.Skipping(0));
        Assert.Equal(before + 2, OptionMethods.Calls);
        Assert.Null(OptionMethods.Keeping(0));
        Assert.Null(OptionMethods.Keeping(0));
        Assert.Equal(before + 3, OptionMethods.Calls);
    }

    [Fact]
    public void Capacity_WhenFull_Evicts()
    {
        for (var i = 0; i < 100; i++)
        {
            OptionMethods.Small(i);
        }

        var info = Memo.OptionMethods.Small.Info();
        Assert.Equal(10, info.Capacity);
        Assert.InRange(info.Count, 1, 12);
        Assert.Equal(100, info.Evictions + info.Count);
    }

    [Fact]
    public void Lfu_KeepsWhatIsAskedForOften()
    {
        for (var i = 0; i < 2000; i++)
        {
            OptionMethods.Frequent(0);
            OptionMethods.Frequent(i);
        }

        Assert.True(Memo.OptionMethods.Frequent.Info().Hits > 1500);
    }

    [Fact]
    public void ConfigureMethod_OverridesTheAttribute()
    {
        OptionMethods.Configured(1);
        Assert.Equal(5, Memo.OptionMethods.Configured.Info().Capacity);
    }

    private static async Task UntilAsync(Func<bool> isTrue)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!isTrue())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
