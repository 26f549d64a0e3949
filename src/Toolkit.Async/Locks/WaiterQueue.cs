namespace Toolkit.Async;

/// <summary>
/// Waiters in the order in which they came; each can leave from anywhere in constant time. Guarded by the lock it belongs to.
/// </summary>
internal struct WaiterQueue<TLease>
{
    private LockWaiter<TLease>? _first;
    private LockWaiter<TLease>? _last;

    public readonly bool IsEmpty => _first is null;

    public void Add(LockWaiter<TLease> waiter)
    {
        waiter.Generation++;
        waiter.IsQueued = true;
        waiter.Previous = _last;
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    public LockWaiter<TLease> TakeFirst()
    {
        var waiter = _first!;
        Remove(waiter);
        return waiter;
    }

    public void Remove(LockWaiter<TLease> waiter)
    {
        if (waiter.Previous is null)
        {
            _first = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = null;
        waiter.Previous = null;
        waiter.IsQueued = false;
    }
}
