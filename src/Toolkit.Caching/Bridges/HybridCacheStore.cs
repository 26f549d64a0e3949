using Microsoft.Extensions.Caching.Hybrid;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Bridges;

/// <summary>A <see cref="HybridCache"/> as a store, its tags included.</summary>
internal sealed class HybridCacheStore(HybridCache cache, TimeProvider time) : BridgeStore(time)
{
    // Looks up and never computes.
    private static readonly HybridCacheEntryOptions LookUp = new() { Flags = HybridCacheEntryFlags.DisableUnderlyingData };

    public override string Name => "hybrid";

    public override async ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        await base.InvalidateTagsAsync(tags, cancellationToken).ConfigureAwait(false);
        await cache.RemoveByTagAsync(tags, cancellationToken).ConfigureAwait(false);
    }

    protected override ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken) =>
        cache.GetOrCreateAsync<byte[]?>(key, static _ => ValueTask.FromResult<byte[]?>(null), LookUp, cancellationToken: cancellationToken);

    protected override ValueTask WriteAsync(string key, byte[] value, CacheStoreEntryOptions options, CancellationToken cancellationToken) =>
        cache.SetAsync(
            key,
            value,
            new HybridCacheEntryOptions { Expiration = options.TimeToLive, LocalCacheExpiration = options.TimeToLive },
            options.Tags,
            cancellationToken);

    protected override ValueTask DeleteAsync(string key, CancellationToken cancellationToken) => cache.RemoveAsync(key, cancellationToken);
}
