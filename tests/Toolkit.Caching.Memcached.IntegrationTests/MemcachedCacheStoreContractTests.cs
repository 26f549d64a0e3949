using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;
using Toolkit.Testing.Servers;

namespace Toolkit.Caching.Memcached.IntegrationTests;

public sealed class MemcachedCacheStoreContractTests(SharedServer<MemcachedServer> shared) : CacheStoreContract
{
    private MemcachedServer _server = null!;

    // The server counts in whole seconds, and keeps what slides for up to one more.
    protected override TimeSpan Unit => TimeSpan.FromSeconds(2);

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
    public async Task Set_AroundTheServersLimit_IsWholeOrNotThere()
    {
        await using var store = new MemcachedCacheStore(
            new MemcachedStoreOptions { Servers = $"{_server.Host}:{_server.Port}", MaximumValue = 10_000_000, Timeout = TimeSpan.FromSeconds(60) }, TimeProvider.System);
        var stored = 0;
        for (var size = (1 << 20) - 300; size <= (1 << 20) + 20; size += 20)
        {
            var value = new byte[size];
            value.AsSpan().Fill((byte)size);
            var isStored = await store.SetAsync(Key("a"), value, CacheStoreEntryOptions.Default, Cancellation);
            var lookup = await store.GetAsync(Key("a"), Cancellation);
            Assert.Equal(isStored, lookup.Found);
            Assert.True(!isStored || lookup.Value.Span.SequenceEqual(value), $"other bytes came back of {size}");
            stored += isStored ? 1 : 0;
        }

        // The limit lies between them.
        Assert.InRange(stored, 1, 16);
        Assert.Equal(17 - stored, store.SkippedValues);
    }

    [Fact]
    public async Task Set_AtTheLargestValueByDefault_IsStored()
    {
        var store = (MemcachedCacheStore)Store;
        var key = Key(new string('k', 240));

        // The limit counts the head of the entry and, here, the key that does not fit into its name.
        var head = 10 + sizeof(int) + key.Length;
        Assert.True(await store.SetAsync(key, new byte[MemcachedStoreOptions.DefaultMaximumValue - head], CacheStoreEntryOptions.Default, Cancellation));
        Assert.True((await store.GetAsync(key, Cancellation)).Found);
        Assert.False(await store.SetAsync(key, new byte[MemcachedStoreOptions.DefaultMaximumValue - head + 1], CacheStoreEntryOptions.Default, Cancellation));
        Assert.False((await store.GetAsync(key, Cancellation)).Found);
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
