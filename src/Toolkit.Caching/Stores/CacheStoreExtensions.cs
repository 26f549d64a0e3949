using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Logging;

namespace Toolkit.Caching.Stores;

/// <summary>What can be put around any store.</summary>
public static class CacheStoreExtensions
{
    /// <summary>
    /// A store whose failures and time-outs are misses, and which leaves a store alone for a while that keeps failing. Disposing
    /// it disposes <paramref name="store"/>.
    /// </summary>
    public static ICacheStore FailOpen(this ICacheStore store, FailOpenOptions options, TimeProvider timeProvider, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        return new FailOpenCacheStore(store, options, timeProvider, logger);
    }

    /// <summary>
    /// The store as an <see cref="IDistributedCache"/> (and <see cref="IBufferDistributedCache"/>), for HybridCache, FusionCache and
    /// sessions. Its entries are the cache <paramref name="cacheId"/> of the store. The caller keeps owning the store.
    /// </summary>
    /// <remarks>
    /// Failures are thrown as <see cref="CacheStoreException"/>; wrap the store in
    /// <see cref="FailOpen(ICacheStore, FailOpenOptions, TimeProvider, ILogger)"/> first where they should be misses. The
    /// synchronous methods wait for the store: only the memory and disk stores answer without blocking on a network.
    /// </remarks>
    public static IBufferDistributedCache AsDistributedCache(this ICacheStore store, string cacheId, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentException.ThrowIfNullOrEmpty(cacheId);
        ArgumentNullException.ThrowIfNull(timeProvider);
        return new StoreDistributedCache(store, cacheId, timeProvider);
    }
}
