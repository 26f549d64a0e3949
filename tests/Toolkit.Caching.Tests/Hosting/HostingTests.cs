using System.Diagnostics.Metrics;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching.Hosting;
using Toolkit.Caching.Stores;
using Toolkit.Caching.TestLibrary;

namespace Toolkit.Caching.Tests.Hosting;

public static class HostedMethods
{
    private static int s_calls;

    public static int Calls => Volatile.Read(ref s_calls);

    [Memoize]
    public static int Plain(int n)
    {
        Interlocked.Increment(ref s_calls);
        return n;
    }
}

[Collection(ProcessWide.Name)]
public sealed class HostingTests
{
    private const string Plain = "Toolkit.Caching.Tests.Hosting.HostedMethods.Plain";

    [Fact]
    public async Task AddMemoized_DecoratesAndSharesAmongScopes()
    {
        await using var services = new ServiceCollection().AddMemoized<IPrices, Prices>(ServiceLifetime.Scoped).BuildServiceProvider();
        services.UseToolkitCaching();
        decimal first;
        await using (var scope = services.CreateAsyncScope())
        {
            first = await scope.ServiceProvider.GetRequiredService<IPrices>().GetAsync(1, default);
        }

        await using (var scope = services.CreateAsyncScope())
        {
            var prices = scope.ServiceProvider.GetRequiredService<IPrices>();
            Assert.Equal(first, await prices.GetAsync(1, default));
            Assert.Equal(1004, prices.Count("abcd"));
            Assert.Equal(1004, prices.Count("abcd"));
            Assert.Equal("EUR", prices.Currency);
            prices.Forget();
            Assert.Equal("", prices.Currency);
            var info = TestLibrary.Memo.IPrices.GetAsync.Info(prices);
            Assert.Equal((1, 1), (info.Hits, info.Misses));
            Memoized.InvalidateTag("price:1");
            Assert.NotEqual(first, await prices.GetAsync(1, default) - 5);
            Assert.Equal(2, TestLibrary.Memo.IPrices.GetAsync.Info(prices).Misses);
            Assert.True(TestLibrary.Memo.IPrices.GetAsync.Remove(prices, 1));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(15)]
    public void Tier_MissingOrShortSigningKey_IsRefusedAtOnce(int? length)
    {
        var key = length is null ? null : new byte[length.Value];
        var error = Assert.Throws<ArgumentException>(() => new ServiceCollection().AddToolkitCaching(caching => caching.Tier = new StoreTierOptions { HmacKey = key }));
        Assert.Contains("leave HmacKey unset", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddMemoized_GenericInterfaceOfAnotherAssembly_IsDecorated()
    {
        await using var services = new ServiceCollection()
            .AddMemoized<IRepository<int, string>, Names>()
            .AddMemoized<ILookup<string>, Lookup>(ServiceLifetime.Transient)
            .BuildServiceProvider();
        var names = services.GetRequiredService<IRepository<int, string>>();
        Assert.Equal("7", await names.FindAsync(7, TestContext.Current.CancellationToken));
        Assert.Equal("7", await names.FindAsync(7, default));
        Assert.Equal("name 7", names.Name(7));
        Assert.Equal("name 7", names.Name(7));
        Assert.Equal(2, await names.CountAsync());

        // The results are the container's: a transient has them too.
        Assert.Equal(1, services.GetRequiredService<ILookup<string>>().Find("a"));
        Assert.Equal(1, services.GetRequiredService<ILookup<string>>().Find("a"));
        Assert.Equal(2, services.GetRequiredService<ILookup<string>>().Find("b"));
    }

    [Fact]
    public void AddMemoized_WithoutAttributes_SaysSo()
    {
        var failure = Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddMemoized<IDisposable, MemoryStream>());
        Assert.Contains("[Memoize]", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_OverridesAttributes()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            [$"Caching:{Plain}:Capacity"] = "7",
            [$"Caching:{Plain}:TimeToLive"] = "00:00:30",
        }).Build();
        await using (var services = new ServiceCollection().AddToolkitCaching(c => c.ConfigureMethods(configuration.GetSection("Caching"))).BuildServiceProvider())
        {
            services.UseToolkitCaching();
            HostedMethods.Plain(1);
            Assert.Equal(7, Memo.HostedMethods.Plain.Info().Capacity);
        }

        // With its services the application's settings go.
        Assert.Equal(1024, Memo.HostedMethods.Plain.Info().Capacity);
    }

    [Theory]
    [InlineData("Capacity", "many")]
    [InlineData("Capacity", "1")]
    [InlineData("TimeToLive", "soon")]
    [InlineData("TimeToLife", "00:01:00")]
    public void Configuration_Wrong_NamesThePath(string setting, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [$"Caching:{Plain}:{setting}"] = value }).Build();
        var failure = Assert.ThrowsAny<Exception>(() => new ServiceCollection().AddToolkitCaching(c => c.ConfigureMethods(configuration.GetSection("Caching"))));
        Assert.Contains(Plain, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configuration_Disabled_ComputesEachTime()
    {
        await using var services = new ServiceCollection().AddToolkitCaching(static c => c.ConfigureMethod(Plain, static m => m.Enabled = false)).BuildServiceProvider();
        services.UseToolkitCaching();
        var before = HostedMethods.Calls;
        HostedMethods.Plain(2);
        HostedMethods.Plain(2);
        Assert.Equal(before + 2, HostedMethods.Calls);
    }

    [Fact]
    public async Task Configuration_ChangesWhileCallsRun_NobodySeesHalfOfIt()
    {
        // With an end and without: a result of the one must never be looked at as one of the other.
        await using var timed = new ServiceCollection().AddToolkitCaching(static c => c.ConfigureMethod(Plain, static m => m.TimeToLive = TimeSpan.FromHours(1))).BuildServiceProvider();
        timed.UseToolkitCaching();
        var settings = CachingRuntime.Current;
        using var done = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 2).Select(seed => Task.Run(
            () =>
            {
                for (var n = seed; !done.IsCancellationRequested; n = (n + 1) % 50)
                {
                    Assert.Equal(n, HostedMethods.Plain(n));
                }
            },
            TestContext.Current.CancellationToken)).ToList();
        for (var i = 0; i < 2000; i++)
        {
            CachingRuntime.End(settings);
            CachingRuntime.Start(settings);
        }

        await done.CancelAsync();
        await Task.WhenAll(callers);
    }

    [Fact]
    public async Task UseMemoryCache_KeepsResultsInTheHostsCache()
    {
        await using var services = new ServiceCollection()
            .AddMemoryCache(static o => o.SizeLimit = 100)
            .AddToolkitCaching(static c => c.UseMemoryCache())
            .BuildServiceProvider();
        services.UseToolkitCaching();
        var before = HostedMethods.Calls;
        Assert.Equal(3, HostedMethods.Plain(3));
        Assert.Equal(3, HostedMethods.Plain(3));
        Assert.Equal(before + 1, HostedMethods.Calls);
        Assert.Equal(1, ((MemoryCache)services.GetRequiredService<IMemoryCache>()).Count);
        Assert.True(Memo.HostedMethods.Plain.Remove(3));
        Assert.Equal(0, ((MemoryCache)services.GetRequiredService<IMemoryCache>()).Count);
        HostedMethods.Plain(3);
        Memo.HostedMethods.Plain.Clear();
        Assert.Equal(0, Memo.HostedMethods.Plain.Info().Count);
        HostedMethods.Plain(3);
        Assert.Equal(before + 3, HostedMethods.Calls);
    }

    [Fact]
    public void Meter_ObservesEveryMethod()
    {
        HostedMethods.Plain(4);
        HostedMethods.Plain(4);
        long hits = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = static (instrument, l) =>
        {
            if (instrument is { Meter.Name: "Toolkit.Caching", Name: "toolkit.caching.hits" })
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "cache", Value: Plain })
                {
                    hits += value;
                }
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        Assert.Equal(Memo.HostedMethods.Plain.Info().Hits, hits);
        Assert.Contains(Memoized.All, static m => m.Name == Plain);
    }
}

public sealed class Names : IRepository<int, string>
{
    private int _calls;

    public async Task<string?> FindAsync(int key, CancellationToken cancellationToken)
    {
        await Task.Yield();
        Interlocked.Increment(ref _calls);
        return key.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public string Name(int key)
    {
        Interlocked.Increment(ref _calls);
        return "name " + key.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public Task<int> CountAsync() => Task.FromResult(_calls);
}

public interface ILookup<in T>
{
    [Memoize]
    int Find(T key);
}

public sealed class Lookup : ILookup<string>
{
    private static int s_calls;

    public int Find(string key) => Interlocked.Increment(ref s_calls);
}
