using Microsoft.Extensions.Caching.Distributed;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Bridges;

/// <summary>An <see cref="IDistributedCache"/> as a store.</summary>
internal sealed class DistributedCacheStore(IDistributedCache cache, TimeProvider time) : BridgeStore(time)
{
    public override string Name => "distributed";

    protected override async ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken) =>
        await cache.GetAsync(key, cancellationToken).ConfigureAwait(false);

    protected override async ValueTask WriteAsync(string key, byte[] value, CacheStoreEntryOptions options, CancellationToken cancellationToken) =>
        await cache.SetAsync(
            key,
            value,
            new DistributedCacheEntryOptions { AbsoluteExpirationRelativeToNow = options.TimeToLive, SlidingExpiration = options.SlidingExpiration },
            cancellationToken).ConfigureAwait(false);

    protected override async ValueTask DeleteAsync(string key, CancellationToken cancellationToken) =>
        await cache.RemoveAsync(key, cancellationToken).ConfigureAwait(false);
}
