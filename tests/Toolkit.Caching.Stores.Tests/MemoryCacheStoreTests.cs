using Microsoft.Extensions.Time.Testing;
using Toolkit.Caching.Stores;
using Toolkit.Testing.Caching;

namespace Toolkit.Caching.Stores.Tests;

public sealed class MemoryCacheStoreTests : CacheStoreContract
{
    private readonly FakeTimeProvider _clock = new();
    private MemoryCacheStore? _shared;

    protected override TimeSpan Unit => TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Set_BeyondTheSizeLimit_EvictsTheLeastRecentlyUsed()
    {
        await using var store = new MemoryCacheStore(new() { SizeLimit = 1500 }, _clock);
        await store.SetAsync(Key("a"), new byte[300], CacheStoreEntryOptions.Default, Cancellation);
        await store.SetAsync(Key("b"), new byte[300], CacheStoreEntryOptions.Default, Cancellation);
        await store.SetAsync(Key("c"), new byte[300], CacheStoreEntryOptions.Default, Cancellation);
        await ReadAsync(store, Key("a"));

        await store.SetAsync(Key("d"), new byte[300], CacheStoreEntryOptions.Default, Cancellation);

        Assert.NotNull(await ReadAsync(store, Key("a")));
        Assert.Null(await ReadAsync(store, Key("b")));
        Assert.False(await store.SetAsync(Key("a"), new byte[1501], CacheStoreEntryOptions.Default, Cancellation));
        Assert.Null(await ReadAsync(store, Key("a")));
    }

    protected override ValueTask<ICacheStore> CreateAsync() =>
        ValueTask.FromResult<ICacheStore>(_shared ??= new MemoryCacheStore(new(), _clock));

    protected override ValueTask PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return ValueTask.CompletedTask;
    }
}
