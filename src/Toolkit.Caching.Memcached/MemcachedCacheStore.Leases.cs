using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

public sealed partial class MemcachedCacheStore
{
    /// <inheritdoc/>
    public async ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lease = new CacheLease(Guid.NewGuid());
        var name = _keys.Lease(key);
        try
        {
            var answer = await _cluster.ExecuteAsync(name, request => request.Add(name, lease.Token.ToByteArray(), Seconds(duration)), cancellationToken).ConfigureAwait(false);
            return answer.Status == MetaStatus.NotStored ? null : lease;
        }
        catch (CacheStoreException) when (_cluster.Nodes.Length > 1)
        {
            // The lease's server is dead: nobody is to wait for a holder that can't be.
            return lease;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        var name = _keys.Lease(key);
        return await HoldsAsync(key, lease, cancellationToken).ConfigureAwait(false)
            && (await _cluster.ExecuteAsync(name, request => request.Touch(name, Seconds(duration)), cancellationToken).ConfigureAwait(false)).Status == MetaStatus.Done;
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        var name = _keys.Lease(key);
        var answer = await _cluster.ExecuteAsync(name, request => request.Get(name), cancellationToken).ConfigureAwait(false);
        if (IsOf(lease, answer))
        {
            // By its version: another holder may have taken it since.
            await _cluster.ExecuteAsync(name, request => request.Delete(name, answer.Cas), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOf(CacheLease lease, MetaAnswer answer) =>
        answer.Value is { Length: TokenLength } token && new Guid(token) == lease.Token;

    private async ValueTask<bool> HoldsAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken)
    {
        var name = _keys.Lease(key);
        return IsOf(lease, await _cluster.ExecuteAsync(name, request => request.Get(name), cancellationToken).ConfigureAwait(false));
    }

    // The lease may have been broken between its check and the set: then the value is taken back.
    private async ValueTask<bool> ConfirmAsync(CacheStoreKey key, string name, CacheLease lease, CancellationToken cancellationToken)
    {
        if (await HoldsAsync(key, lease, cancellationToken).ConfigureAwait(false))
        {
            return true;
        }

        await _cluster.ExecuteAsync(name, request => request.Delete(name), cancellationToken).ConfigureAwait(false);
        return false;
    }
}
