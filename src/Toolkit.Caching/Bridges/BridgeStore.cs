using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Bridges;

/// <summary>
/// What the stores over somebody else's cache share: no leases; clearing and tags by barriers, kept as entries of that
/// very cache, so that other processes see them too. Barriers compare the clocks of the processes.
/// </summary>
internal abstract class BridgeStore(TimeProvider time) : ICacheStore
{
    public abstract string Name { get; }

    public async ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var now = time.GetUtcNow().UtcTicks;
        var bytes = await ReadAsync(BridgeKey.Text(key), cancellationToken).ConfigureAwait(false);
        if (bytes is null || !BridgeKey.TryUnwrap(key, bytes, out var stamp, out var tags, out var value))
        {
            return CacheStoreLookup.Miss(now);
        }

        foreach (var name in tags.Select(TagBarrier).Prepend(CacheBarrier(key.CacheId)))
        {
            // What was looked up until the barrier is barred; a tick later counts as after it.
            if (stamp <= await ReadBarrierAsync(name, cancellationToken).ConfigureAwait(false))
            {
                return CacheStoreLookup.Miss(now);
            }
        }

        return new CacheStoreLookup(true, value, now);
    }

    public async ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken)
    {
        var lookups = new CacheStoreLookup[keys.Count];
        for (var i = 0; i < lookups.Length; i++)
        {
            lookups[i] = await GetAsync(keys[i], cancellationToken).ConfigureAwait(false);
        }

        return lookups;
    }

    public async ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var stamp = options.Stamp == 0 ? time.GetUtcNow().UtcTicks : options.Stamp;
        if (options.TimeToLive <= TimeSpan.Zero)
        {
            return false;
        }

        await WriteAsync(BridgeKey.Text(key), BridgeKey.Wrap(key, stamp, options.Tags, value), options, cancellationToken).ConfigureAwait(false);
        return true;
    }

    public async ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var text = BridgeKey.Text(key);
        var found = await ReadAsync(text, cancellationToken).ConfigureAwait(false) is not null;
        await DeleteAsync(text, cancellationToken).ConfigureAwait(false);
        return found;
    }

    // Everyone may compute: a lease is an optimisation that these caches do not offer.
    public ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken) =>
        ValueTask.FromResult<CacheLease?>(new CacheLease(Guid.Empty));

    public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken) =>
        ValueTask.FromResult(true);

    public ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    public virtual async ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        foreach (var tag in tags)
        {
            await WriteBarrierAsync(TagBarrier(tag), cancellationToken).ConfigureAwait(false);
        }
    }

    public ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken) => WriteBarrierAsync(CacheBarrier(cacheId), cancellationToken);

    // The cache is the host's, not ours.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected abstract ValueTask<byte[]?> ReadAsync(string key, CancellationToken cancellationToken);

    protected abstract ValueTask WriteAsync(string key, byte[] value, CacheStoreEntryOptions options, CancellationToken cancellationToken);

    protected abstract ValueTask DeleteAsync(string key, CancellationToken cancellationToken);

    private static string CacheBarrier(string cacheId) => BridgeKey.Text(new CacheStoreKey("barrier of cache " + cacheId, default));

    private static string TagBarrier(string tag) => BridgeKey.Text(new CacheStoreKey("barrier of tag " + tag, default));

    private async ValueTask WriteBarrierAsync(string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var barrier = BitConverter.GetBytes(time.GetUtcNow().UtcTicks);
        await WriteAsync(name, barrier, CacheStoreEntryOptions.Default, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask<long> ReadBarrierAsync(string name, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(name, cancellationToken).ConfigureAwait(false);
        return bytes is { Length: sizeof(long) } ? BitConverter.ToInt64(bytes) : 0;
    }
}
