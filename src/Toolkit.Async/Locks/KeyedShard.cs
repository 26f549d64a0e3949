namespace Toolkit.Async;

/// <summary>
/// Some of the keys of a keyed lock: a hash table of those that are in use, whose entries, permits and waiters are used again.
/// </summary>
internal sealed class KeyedShard<TKey>(IEqualityComparer<TKey>? comparer, int maxPerKey)
    where TKey : notnull
{
    private const int FirstBuckets = 16;

    // Kept for the next time; more than that at once are rare enough to be allocated.
    private const int MaxIdle = 64;

    private SpinGuard _guard;
    private KeyedEntry<TKey>?[] _buckets = new KeyedEntry<TKey>?[FirstBuckets];
    private int _activeKeys;
    private KeyedEntry<TKey>? _idleEntries;
    private KeyedPermit<TKey>? _idlePermits;
    private KeyedWaiter<TKey>? _idleWaiters;
    private int _idleEntryCount;
    private int _idlePermitCount;
    private int _idleWaiterCount;

    public int ActiveKeys => Volatile.Read(ref _activeKeys);

    public bool TryAcquire(TKey key, int hash, out KeyedAsyncLock<TKey>.Lease lease)
    {
        AcquireOrQueue(key, hash, mayQueue: false, out lease);
        return lease.IsHeld;
    }

    /// <summary>A lease if there is one to be had, else a waiter if one may queue.</summary>
    public KeyedWaiter<TKey>? AcquireOrQueue(TKey key, int hash, bool mayQueue, out KeyedAsyncLock<TKey>.Lease lease)
    {
        _guard.Enter();
        try
        {
            var entry = Find(key, hash) ?? Add(key, hash);
            if (entry.Holders < maxPerKey)
            {
                entry.Holders++;
                var permit = TakePermit();
                permit.Entry = entry;
                lease = new KeyedAsyncLock<TKey>.Lease(permit);
                return null;
            }

            lease = default;
            if (!mayQueue)
            {
                return null;
            }

            var waiter = TakeWaiter();
            waiter.Entry = entry;
            entry.Queue.Add(waiter);
            return waiter;
        }
        finally
        {
            _guard.Exit();
        }
    }

    public void Release(KeyedPermit<TKey> permit, long version)
    {
        LockWaiter<KeyedAsyncLock<TKey>.Lease> next;
        KeyedAsyncLock<TKey>.Lease lease;
        _guard.Enter();
        try
        {
            if (permit.Version != version)
            {
                return;
            }

            permit.Version++;
            var entry = permit.Entry!;
            if (entry.Queue.IsEmpty)
            {
                KeepPermit(permit);
                if (--entry.Holders == 0)
                {
                    Remove(entry);
                }

                return;
            }

            next = entry.Queue.TakeFirst();
            lease = new KeyedAsyncLock<TKey>.Lease(permit);
        }
        finally
        {
            _guard.Exit();
        }

        next.Grant(lease);
    }

    /// <summary>An entry that is waited for is held, so that leaving its queue never ends it.</summary>
    public bool TryLeaveQueue(KeyedWaiter<TKey> waiter, int generation)
    {
        _guard.Enter();
        try
        {
            if (!waiter.IsQueued || waiter.Generation != generation)
            {
                return false;
            }

            waiter.Entry!.Queue.Remove(waiter);
            return true;
        }
        finally
        {
            _guard.Exit();
        }
    }

    public void Recycle(KeyedWaiter<TKey> waiter)
    {
        _guard.Enter();
        try
        {
            waiter.Entry = null;
            if (_idleWaiterCount < MaxIdle)
            {
                waiter.Next = _idleWaiters;
                _idleWaiters = waiter;
                _idleWaiterCount++;
            }
        }
        finally
        {
            _guard.Exit();
        }
    }

    private KeyedEntry<TKey>? Find(TKey key, int hash)
    {
        for (var entry = _buckets[hash & (_buckets.Length - 1)]; entry is not null; entry = entry.Next)
        {
            if (entry.Hash == hash
                && (comparer is null ? EqualityComparer<TKey>.Default.Equals(entry.Key, key) : comparer.Equals(entry.Key, key)))
            {
                return entry;
            }
        }

        return null;
    }

    private KeyedEntry<TKey> Add(TKey key, int hash)
    {
        if (_activeKeys == _buckets.Length)
        {
            Grow();
        }

        var entry = _idleEntries;
        if (entry is null)
        {
            entry = new KeyedEntry<TKey>();
        }
        else
        {
            _idleEntries = entry.Next;
            _idleEntryCount--;
        }

        ref var bucket = ref _buckets[hash & (_buckets.Length - 1)];
        entry.Key = key;
        entry.Hash = hash;
        entry.Next = bucket;
        bucket = entry;
        _activeKeys++;
        return entry;
    }

    private void Remove(KeyedEntry<TKey> entry)
    {
        ref var link = ref _buckets[entry.Hash & (_buckets.Length - 1)];
        while (!ReferenceEquals(link, entry))
        {
            link = ref link!.Next;
        }

        link = entry.Next;
        entry.Next = null;
        entry.Key = default!;
        _activeKeys--;
        if (_idleEntryCount < MaxIdle)
        {
            entry.Next = _idleEntries;
            _idleEntries = entry;
            _idleEntryCount++;
        }
    }

    private void Grow()
    {
        var buckets = new KeyedEntry<TKey>?[_buckets.Length * 2];
        foreach (var first in _buckets)
        {
            for (var entry = first; entry is not null;)
            {
                var next = entry.Next;
                ref var bucket = ref buckets[entry.Hash & (buckets.Length - 1)];
                entry.Next = bucket;
                bucket = entry;
                entry = next;
            }
        }

        _buckets = buckets;
    }

    private KeyedPermit<TKey> TakePermit()
    {
        if (_idlePermits is not { } permit)
        {
            return new KeyedPermit<TKey>(this);
        }

        _idlePermits = permit.Next;
        _idlePermitCount--;
        permit.Next = null;
        return permit;
    }

    private void KeepPermit(KeyedPermit<TKey> permit)
    {
        permit.Entry = null;
        if (_idlePermitCount < MaxIdle)
        {
            permit.Next = _idlePermits;
            _idlePermits = permit;
            _idlePermitCount++;
        }
    }

    private KeyedWaiter<TKey> TakeWaiter()
    {
        if (_idleWaiters is not { } waiter)
        {
            return new KeyedWaiter<TKey>(this);
        }

        _idleWaiters = (KeyedWaiter<TKey>?)waiter.Next;
        _idleWaiterCount--;
        waiter.Next = null;
        return waiter;
    }
}
