using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;
using Toolkit.Caching.Tests.Flights;
using Toolkit.Caching.Tests.Hosting;

namespace Toolkit.Caching.Tests.Stores;

/// <summary>Removals while a result is on its way into a store, which nothing but the cache itself holds back.</summary>
[Collection(ProcessWide.Name)]
public sealed class LeaselessStoreTests : IAsyncDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private readonly FakeTimeProvider _time = new();
    private readonly FakeBackplane _backplane = new();
    private readonly SignallingCache _cache = new();
    private readonly ServiceProvider _services;

    public LeaselessStoreTests()
    {
        _services = new ServiceCollection().AddSingleton<IDistributedCache>(_cache).AddToolkitCaching(caching =>
        {
            caching.UseTimeProvider(_time).UseDistributedCache().AddBackplane(_ => _backplane);
            caching.Tier = new StoreTierOptions { LeaseWait = TimeSpan.Zero };
        }).BuildServiceProvider();
        _services.UseToolkitCaching();
        LeaselessMethods.Value = 1;
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        _cache.Dispose();
    }

    [Fact]
    public async Task Remove_DuringComputation_KeepsTheResultOutOfTheStore()
    {
        var gate = LeaselessMethods.Gate = new Gate();
        var call = LeaselessMethods.ReadAsync("remove");
        await gate.Started.WaitAsync(Bound, TestContext.Current.CancellationToken);
        LeaselessMethods.Value = 2;
        await Memo.LeaselessMethods.ReadAsync.RemoveAsync("remove", TestContext.Current.CancellationToken);
        gate.Open();
        Assert.Equal(1, await call.WaitAsync(Bound, TestContext.Current.CancellationToken));
        Assert.Equal(2, await LeaselessMethods.ReadAsync("remove"));
    }

    [Fact]
    public async Task InvalidateTag_DuringARefresh_KeepsItsResultOutOfTheStore()
    {
        var gate = LeaselessMethods.Gate = new Gate();
        gate.Open();
        Assert.Equal(1, await LeaselessMethods.ReadAsync("refresh"));
        _time.Advance(TimeSpan.FromSeconds(50));
        gate = LeaselessMethods.Gate = new Gate();
        Assert.Equal(1, await LeaselessMethods.ReadAsync("refresh"));
        await gate.Started.WaitAsync(Bound, TestContext.Current.CancellationToken);
        LeaselessMethods.Value = 2;
        _time.Advance(TimeSpan.FromSeconds(1));
        await Memoized.InvalidateTagAsync("leaseless", TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromSeconds(1));
        _cache.ForgetWrites();
        gate.Open();
        await _cache.WrittenAsync().WaitAsync(Bound, TestContext.Current.CancellationToken);

        // The store has the result of the refresh, which began before the invalidation.
        Assert.Equal(2, await LeaselessMethods.ReadAsync("refresh").WaitAsync(Bound, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Call_SameKeyFromWithinASynchronousMethod_EndsThoughTheStoreAnswersLater() =>
        Assert.Equal(10, await Task.Run(() => LeaselessMethods.Self(7, 3), TestContext.Current.CancellationToken).WaitAsync(Bound, TestContext.Current.CancellationToken));

    [Fact]
    public async Task Backplane_RemovalDuringComputation_IsNotJoinedAnyMore()
    {
        var open = LeaselessMethods.Gate = new Gate();
        open.Open();
        await LeaselessMethods.ReadAsync("backplane");
        await Memo.LeaselessMethods.ReadAsync.RemoveAsync("backplane", TestContext.Current.CancellationToken);
        var message = _backplane.Published[^1];

        var gate = LeaselessMethods.Gate = new Gate();
        var before = LeaselessMethods.ReadAsync("backplane");
        await gate.Started.WaitAsync(Bound, TestContext.Current.CancellationToken);
        LeaselessMethods.Value = 2;
        _backplane.Receive(message);
        LeaselessMethods.Gate = open;
        Assert.Equal(2, await LeaselessMethods.ReadAsync("backplane").WaitAsync(Bound, TestContext.Current.CancellationToken));
        gate.Open();
        Assert.Equal(1, await before.WaitAsync(Bound, TestContext.Current.CancellationToken));
    }
}

/// <summary>A distributed cache in memory that tells of its writes.</summary>
public sealed class SignallingCache : IDistributedCache, IDisposable
{
    private readonly MemoryDistributedCache _inner = new(Microsoft.Extensions.Options.Options.Create(new MemoryDistributedCacheOptions()));
    private readonly SemaphoreSlim _writes = new(0);

    public void ForgetWrites()
    {
        while (_writes.Wait(0))
        {
        }
    }

    public void Dispose() => _writes.Dispose();

    public Task WrittenAsync() => _writes.WaitAsync();

    public byte[]? Get(string key) => _inner.Get(key);

    // Not at once, as over a network.
    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        await Task.Yield();
        return await _inner.GetAsync(key, token);
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options)
    {
        _inner.Set(key, value, options);
        _writes.Release();
    }

    public async Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        await _inner.SetAsync(key, value, options, token);
        _writes.Release();
    }

    public void Refresh(string key) => _inner.Refresh(key);

    public Task RefreshAsync(string key, CancellationToken token = default) => _inner.RefreshAsync(key, token);

    public void Remove(string key) => _inner.Remove(key);

    public Task RemoveAsync(string key, CancellationToken token = default) => _inner.RemoveAsync(key, token);
}

public static class LeaselessMethods
{
    public static Gate Gate { get; set; } = new();

    public static int Value { get; set; }

    [Memoize(Store = "default")]
    public static int Self(int n, [CacheIgnore] int depth) => depth == 0 ? n : Self(n, depth - 1) + 1;

    [Memoize(Store = "default", Tags = ["leaseless"], TimeToLive = "00:01:00", RefreshAhead = "00:00:30")]
    public static async Task<int> ReadAsync(string key)
    {
        var value = Value;
        await Gate.PassAsync();
        return value;
    }
}
