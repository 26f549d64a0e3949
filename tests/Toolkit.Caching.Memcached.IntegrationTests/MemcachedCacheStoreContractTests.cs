using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class MemcachedCacheStoreContractTests(SharedServer<MemcachedServer> shared) : CacheStoreContract
{
    private MemcachedServer _server = null!;

    // The server counts in whole seconds.
    protected override TimeSpan Unit => TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Set_BeyondTheServersLimit_IsSkippedCountedAndRemovesTheOldValue()
    {
        var store = (MemcachedCacheStore)Store;
        await WriteAsync(Key("a"), "old");

        Assert.False(await store.SetAsync(Key("a"), new byte[2_000_000], CacheStoreEntryOptions.Default, Cancellation));

        Assert.Null(await ReadAsync(Key("a")));
        Assert.Equal(1, store.SkippedValues);
    }

    [Fact]
    public async Task Set_TooLargeForTheServerAlone_IsSkippedAndCounted()
    {
        await using var store = new MemcachedCacheStore(
            new MemcachedStoreOptions { Servers = $"{_server.Host}:{_server.Port}", MaximumValue = 10_000_000 }, TimeProvider.System);

        Assert.False(await store.SetAsync(Key("a"), new byte[2_000_000], CacheStoreEntryOptions.Default, Cancellation));

        Assert.Equal(1, store.SkippedValues);
        Assert.True(await store.SetAsync(Key("a"), new byte[20], CacheStoreEntryOptions.Default, Cancellation));
        Assert.NotNull(await ReadAsync(store, Key("a")));
    }

    protected override async ValueTask PrepareAsync() => _server = await shared.GetAsync(Cancellation);

    protected override ValueTask<ICacheStore> CreateAsync() =>
        ValueTask.FromResult<ICacheStore>(new MemcachedCacheStore($"{_server.Host}:{_server.Port}"));

    // The server's clock is not ours to move.
    protected override async ValueTask PassAsync(TimeSpan time) => await Task.Delay(time, Cancellation);
}
