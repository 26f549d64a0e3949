namespace Toolkit.Caching.Stores;

/// <summary>
/// Leases by key. Those that have run out go when there are twice as many as were held when that was last looked at; not
/// thread-safe.
/// </summary>
internal sealed class MemoryLeases
{
    /// <summary>As many are kept without a look.</summary>
    public const int Few = 256;

    private readonly Dictionary<CacheStoreKey, (CacheLease Lease, DateTimeOffset Until)> _leases = [];
    private int _looksAt = Few;

    public int Count => _leases.Count;

    public bool Holds(CacheStoreKey key, CacheLease lease, DateTimeOffset now) =>
        _leases.TryGetValue(key, out var held) && held.Lease == lease && held.Until > now;

    public CacheLease? TryTake(CacheStoreKey key, DateTimeOffset now, DateTimeOffset until)
    {
        if (_leases.TryGetValue(key, out var held) && held.Until > now)
        {
            return null;
        }

        if (_leases.Count >= _looksAt)
        {
            ForgetPast(now);
        }

        var lease = new CacheLease(Guid.NewGuid());
        _leases[key] = (lease, until);
        return lease;
    }

    public void Renew(CacheStoreKey key, CacheLease lease, DateTimeOffset until) => _leases[key] = (lease, until);

    public void Remove(CacheStoreKey key) => _leases.Remove(key);

    public void Clear() => _leases.Clear();

    private void ForgetPast(DateTimeOffset now)
    {
        foreach (var (key, held) in _leases)
        {
            if (held.Until <= now)
            {
                _leases.Remove(key);
            }
        }

        _looksAt = Math.Max(Few, 2 * _leases.Count);
    }
}
