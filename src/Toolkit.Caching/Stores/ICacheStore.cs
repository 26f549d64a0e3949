namespace Toolkit.Caching.Stores;

/// <summary>
/// A second-level cache: opaque values under canonical key bytes, shared by threads and, depending on the store, by
/// processes and machines. Implementations are safe for concurrent use.
/// </summary>
/// <remarks>
/// <para><b>Keys</b> are compared in full: a hash collision is a miss or an eviction, never somebody else's value.</para>
/// <para><b>Time</b> is logical: every look-up returns the store's <see cref="CacheStoreLookup.Stamp"/>, a set passes it on,
/// and an invalidation of a tag or a cache bars every entry whose stamp is older than the invalidation. A value that was
/// computed while its tag was invalidated therefore stays out, without the clocks of two machines being compared.</para>
/// <para><b>Failure.</b> A store throws <see cref="CacheStoreException"/> when its medium is down or slow. Callers that must
/// not fail wrap it: <see cref="CacheStoreExtensions.FailOpen(ICacheStore, FailOpenOptions, TimeProvider, Microsoft.Extensions.Logging.ILogger)"/>.
/// A damaged entry is a miss, not an exception.</para>
/// <para>An already cancelled token makes every method end with <see cref="OperationCanceledException"/> and without effect.</para>
/// </remarks>
public interface ICacheStore : IAsyncDisposable
{
    /// <summary>A short name for logs and metrics: <c>memory</c>, <c>disk</c>, <c>redis</c>, <c>memcached</c>.</summary>
    string Name { get; }

    /// <summary>Looks one key up. A miss carries the store's stamp too.</summary>
    ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken);

    /// <summary>Looks several keys up, in one round trip where the store can; the result has the order of <paramref name="keys"/>.</summary>
    ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken);

    /// <summary>
    /// Stores <paramref name="value"/>, replacing what was there. The bytes are copied or written before the task completes.
    /// </summary>
    /// <returns>
    /// <see langword="false"/> when the value was not stored: it is larger than the store takes, the lease of
    /// <see cref="CacheStoreEntryOptions.Lease"/> is no longer held, or it had expired already.
    /// </returns>
    ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken);

    /// <summary>
    /// Removes one key and breaks its lease, so that a computation under way for it does not store its result.
    /// </summary>
    /// <returns>Whether there was a value.</returns>
    ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken);

    /// <summary>
    /// Tries to become the one process that computes <paramref name="key"/>. An optimisation, never a lock that correctness may
    /// rest on: a lease ends after <paramref name="duration"/> even though its holder still works.
    /// </summary>
    /// <returns>The lease, or <see langword="null"/> when another holder has it.</returns>
    ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Makes a lease last for <paramref name="duration"/> from now; <see langword="false"/> when it is no longer held.</summary>
    ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken);

    /// <summary>Gives a lease back. One that is no longer held is left alone.</summary>
    ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken);

    /// <summary>Bars every entry, of any cache, that carries one of <paramref name="tags"/> and was looked up before this call.</summary>
    ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken);

    /// <summary>Bars every entry of the cache <paramref name="cacheId"/> that was looked up before this call.</summary>
    ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken);
}
