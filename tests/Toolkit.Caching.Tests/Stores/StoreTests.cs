using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Hosting;
using Toolkit.Caching.Stores;
using Toolkit.Caching.Tests.Hosting;

namespace Toolkit.Caching.Tests.Stores;

[Collection(ProcessWide.Name)]
public sealed class StoreTests
{
    private readonly FakeTimeProvider _time = new();

    public static TheoryData<string> Kinds => ["memory", "distributed", "hybrid"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Store_AfterMemoryIsLost_HasTheResult(string kind)
    {
        await using var services = Start(kind);
        var first = await StoreMethods.QuoteAsync("A" + kind);
        ForgetMemory();
        var before = Memo.StoreMethods.QuoteAsync.Info();
        Assert.Equal(first, await StoreMethods.QuoteAsync("A" + kind));
        var after = Memo.StoreMethods.QuoteAsync.Info();
        Assert.Equal((before.Hits + 1, before.Misses), (after.Hits, after.Misses));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Store_TagInvalidated_ComputesAnew(string kind)
    {
        await using var services = Start(kind);
        var first = await StoreMethods.QuoteAsync("B" + kind);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Memoized.InvalidateTagAsync("quote:B" + kind, TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        var second = await StoreMethods.QuoteAsync("B" + kind);
        Assert.NotEqual(first, second);
        ForgetMemory();
        Assert.Equal(second, await StoreMethods.QuoteAsync("B" + kind));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Store_RemovedOrCleared_ComputesAnew(string kind)
    {
        await using var services = Start(kind);
        var first = await StoreMethods.QuoteAsync("C" + kind);
        Assert.True(await Memo.StoreMethods.QuoteAsync.RemoveAsync("C" + kind, TestContext.Current.CancellationToken));
        var second = await StoreMethods.QuoteAsync("C" + kind);
        Assert.NotEqual(first, second);
        _time.Advance(TimeSpan.FromSeconds(1));
        await Memo.StoreMethods.QuoteAsync.ClearAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(second, await StoreMethods.QuoteAsync("C" + kind));
    }

    [Fact]
    public async Task Store_SynchronousMethodAndTimeToLive_CountsFromTheStoresResult()
    {
        await using var services = Start("memory");
        var first = StoreMethods.Sync(1);
        _time.Advance(TimeSpan.FromSeconds(40));
        ForgetMemory();
        Assert.Equal(first, StoreMethods.Sync(1));
        _time.Advance(TimeSpan.FromSeconds(25));
        StoreMethods.Fails = true;
        try
        {
            Assert.Equal(first, StoreMethods.Sync(1));
            Assert.True(Memo.StoreMethods.Sync.Info().StaleHits > 0);
        }
        finally
        {
            StoreMethods.Fails = false;
        }

        Assert.NotEqual(first, StoreMethods.Sync(1));
    }

    [Fact]
    public async Task Store_NotConfiguredOrNotSerializable_SaysSo()
    {
        Assert.Equal(1, StoreMethods.Unconfigured(1));
        await using var services = Start("memory");
        var missing = Assert.Throws<InvalidOperationException>(() => StoreMethods.Unconfigured(2));
        Assert.Contains("'elsewhere'", missing.Message, StringComparison.Ordinal);
        var type = await Assert.ThrowsAsync<InvalidOperationException>(() => StoreMethods.UnserializableAsync(1));
        Assert.Contains("object", type.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Backplane_RemovalInAnotherProcess_ReachesMemory()
    {
        var backplane = new FakeBackplane();
        await using var services = Start("memory", backplane);
        var first = await StoreMethods.QuoteAsync("D");
        await Memo.StoreMethods.QuoteAsync.RemoveAsync("E", TestContext.Current.CancellationToken);
        Assert.Equal(CacheInvalidationKind.Key, backplane.Published[^1].Kind);
        var second = await StoreMethods.QuoteAsync("F");

        // What another process that removes D would send: the message of this process's own removal.
        await Memo.StoreMethods.QuoteAsync.RemoveAsync("D", TestContext.Current.CancellationToken);
        var message = backplane.Published[^1];
        var third = await StoreMethods.QuoteAsync("D");
        Assert.NotEqual(first, third);
        var count = Memo.StoreMethods.QuoteAsync.Info().Count;
        backplane.Receive(message);
        Assert.Equal(count - 1, Memo.StoreMethods.QuoteAsync.Info().Count);
        backplane.Receive(CacheInvalidation.ForTags(["quote:F"]));
        backplane.Receive(CacheInvalidation.Everything);
        Assert.Equal(0, Memo.StoreMethods.QuoteAsync.Info().Count);
        Assert.Equal(second.Symbol, (await StoreMethods.QuoteAsync("F")).Symbol);
    }

    [Fact]
    public async Task Store_Down_CostsNoException()
    {
        await using var services = Start("down");
        var first = await StoreMethods.QuoteAsync("G");
        Assert.Equal(first, await StoreMethods.QuoteAsync("G"));
        ForgetMemory();
        Assert.NotEqual(first, await StoreMethods.QuoteAsync("G"));
    }

    // What a restart does: the same settings, put in force once more.
    private static void ForgetMemory()
    {
        var settings = CachingRuntime.Current;
        CachingRuntime.End(settings);
        CachingRuntime.Start(settings);
    }

    private ServiceProvider Start(string kind, ICacheBackplane? backplane = null)
    {
        var services = new ServiceCollection();
        services.AddDistributedMemoryCache();
        services.AddHybridCache();
        services.AddToolkitCaching(caching =>
        {
            caching.UseTimeProvider(_time);
            switch (kind)
            {
                case "memory":
                    caching.UseMemoryStore();
                    break;
                case "distributed":
                    caching.UseDistributedCache();
                    break;
                case "hybrid":
                    caching.UseHybridCache();
                    break;
                default:
                    caching.AddStore(static _ => new DownStore());
                    break;
            }

            if (backplane is not null)
            {
                caching.AddBackplane(_ => backplane);
            }
        });
        var provider = services.BuildServiceProvider();
        provider.UseToolkitCaching();
        return provider;
    }
}
