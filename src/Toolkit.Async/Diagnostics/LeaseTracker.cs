namespace Toolkit.Async;

/// <summary>Stands in for the lock in the leases of a lock that looks for misuse; shared by all copies of one lease.</summary>
internal sealed class LeaseTracker : LeaseHolder, IDisposable
{
    private readonly IDisposable _lease;
    private readonly LockMark? _mark;
    private readonly Action<LeakedLease>? _onLeaked;
    private readonly string? _lockName;
    private readonly object? _key;
    private readonly string _acquiredAt;

    public LeaseTracker(IDisposable lease, LockMark? mark, LockOptions options, object? key, string acquiredAt)
    {
        _lease = lease;
        _mark = mark;
        _onLeaked = options.OnLeaseLeaked;
        _lockName = options.Name;
        _key = key;
        _acquiredAt = acquiredAt;
        if (_onLeaked is null)
        {
            GC.SuppressFinalize(this);
        }
    }

    ~LeaseTracker()
    {
        try
        {
            _onLeaked?.Invoke(new LeakedLease(_lockName, _key, _acquiredAt));
        }
        catch
        {
            // On the finalizer thread it would end the process.
        }
    }

    public override void Release(long version) => Dispose();

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        _mark?.Clear();
        _lease.Dispose();
    }
}
