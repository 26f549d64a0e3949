using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

public sealed partial class MemcachedCacheStore
{
    // A lease is on the server of its entry, so that a dead server costs its own keys alone, and a removal is one request.

    /// <inheritdoc/>
    public async ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var lease = new CacheLease(Guid.NewGuid());
        var request = new MetaRequest().Add(_keys.Lease(key), lease.Token.ToByteArray(), Seconds(duration));
        try
        {
            var answer = await _cluster.ExecuteAsync(_keys.Entry(key, out _), request, cancellationToken).ConfigureAwait(false);
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
        if (!await HoldsAsync(key, lease, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        var request = new MetaRequest().Touch(_keys.Lease(key), Seconds(duration));
        return (await _cluster.ExecuteAsync(_keys.Entry(key, out _), request, cancellationToken).ConfigureAwait(false)).Status == MetaStatus.Done;
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        cancellationToken.ThrowIfCancellationRequested();
        var (entry, name) = (_keys.Entry(key, out _), _keys.Lease(key));
        var answer = await _cluster.ExecuteAsync(entry, new MetaRequest().GetVersioned(name), cancellationToken).ConfigureAwait(false);
        if (IsOf(lease, answer))
        {
            // By its version: another holder may have taken it since.
            await _cluster.ExecuteAsync(entry, new MetaRequest().Delete(name, answer.Cas), cancellationToken).ConfigureAwait(false);
        }
    }

    private static bool IsOf(CacheLease lease, MetaAnswer answer) =>
        answer.Value is { Length: TokenLength } token && new Guid(token) == lease.Token;

    private async ValueTask<bool> HoldsAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken) =>
        IsOf(lease, await _cluster.ExecuteAsync(_keys.Entry(key, out _), new MetaRequest().Get(_keys.Lease(key)), cancellationToken).ConfigureAwait(false));
}
