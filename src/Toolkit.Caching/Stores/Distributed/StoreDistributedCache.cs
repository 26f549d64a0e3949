using System.Buffers;
using System.Text;
using Microsoft.Extensions.Caching.Distributed;

namespace Toolkit.Caching.Stores;

/// <summary>A store seen as a distributed cache: the keys are the UTF-16 code units of the strings, compared in full.</summary>
internal sealed class StoreDistributedCache(ICacheStore store, string cacheId, TimeProvider timeProvider) : IBufferDistributedCache
{
    public byte[]? Get(string key) => Wait(GetAsync(key, CancellationToken.None));

    public async Task<byte[]?> GetAsync(string key, CancellationToken token = default)
    {
        var lookup = await store.GetAsync(KeyOf(key), token).ConfigureAwait(false);
        var value = lookup.Found ? lookup.Value.ToArray() : null;
        lookup.KeepMapped();
        return value;
    }

    public bool TryGet(string key, IBufferWriter<byte> destination) => Wait(TryGetAsync(key, destination, CancellationToken.None).AsTask());

    public async ValueTask<bool> TryGetAsync(string key, IBufferWriter<byte> destination, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var lookup = await store.GetAsync(KeyOf(key), token).ConfigureAwait(false);
        if (lookup.Found)
        {
            destination.Write(lookup.Value.Span);
            lookup.KeepMapped();
        }

        return lookup.Found;
    }

    public void Set(string key, byte[] value, DistributedCacheEntryOptions options) =>
        SetAsync(key, value, options, CancellationToken.None).GetAwaiter().GetResult();

    public Task SetAsync(string key, byte[] value, DistributedCacheEntryOptions options, CancellationToken token = default)
    {
        ArgumentNullException.ThrowIfNull(value);
        return store.SetAsync(KeyOf(key), value, Translate(options), token).AsTask();
    }

    public void Set(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options) =>
        Wait(store.SetAsync(KeyOf(key), Flatten(value), Translate(options), CancellationToken.None).AsTask());

    public async ValueTask SetAsync(string key, ReadOnlySequence<byte> value, DistributedCacheEntryOptions options, CancellationToken token = default) =>
        await store.SetAsync(KeyOf(key), Flatten(value), Translate(options), token).ConfigureAwait(false);

    public void Refresh(string key) => Wait(GetAsync(key, CancellationToken.None));

    public Task RefreshAsync(string key, CancellationToken token = default) => store.GetAsync(KeyOf(key), token).AsTask();

    public void Remove(string key) => Wait(store.RemoveAsync(KeyOf(key), CancellationToken.None).AsTask());

    public Task RemoveAsync(string key, CancellationToken token = default) => store.RemoveAsync(KeyOf(key), token).AsTask();

    // The interface has synchronous methods: there is nothing to do but to wait.
    private static T Wait<T>(Task<T> task) => task.GetAwaiter().GetResult();

    private static ReadOnlyMemory<byte> Flatten(ReadOnlySequence<byte> value) => value.IsSingleSegment ? value.First : value.ToArray();

    private CacheStoreKey KeyOf(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        using var writer = default(CacheKeyWriter);
        writer.Write(key);
        return writer.ToKey(cacheId);
    }

    private CacheStoreEntryOptions Translate(DistributedCacheEntryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options is { AbsoluteExpiration: null, AbsoluteExpirationRelativeToNow: null, SlidingExpiration: null })
        {
            return CacheStoreEntryOptions.Default;
        }

        var timeToLive = options.AbsoluteExpirationRelativeToNow;
        if (options.AbsoluteExpiration is { } absolute)
        {
            var left = absolute - timeProvider.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                throw new ArgumentOutOfRangeException(nameof(options), absolute, "The absolute expiration must be in the future.");
            }

            timeToLive ??= left;
        }

        return new CacheStoreEntryOptions { TimeToLive = timeToLive, SlidingExpiration = options.SlidingExpiration };
    }
}
