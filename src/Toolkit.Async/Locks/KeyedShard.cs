namespace Toolkit.Async;

/// <summary>
/// Some of the places of a keyed lock: a hash table of those of their keys that are in use and could not have a place of their own.
/// Its entries, permits and waiters are used again.
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

    /// <summary>A lease if there is one to be had, else a waiter if one may queue.</summary>
    public KeyedWaiter<TKey>? AcquireOrQueue(ShardSlot<TKey> slot, TKey key, int hash, bool mayQueue, out KeyedAsyncLock<TKey>.Lease lease)
    {
        _guard.Enter();
        try
        {
            if (slot.Share(out var holdersKey, out var holdersHash))
            {
                slot.Adopt(Admit(Add(slot, holdersKey, holdersHash)));
            }

            var entry = Find(key, hash) ?? Add(slot, key, hash);
            if (entry.Holders < maxPerKey)
            {
                lease = new KeyedAsyncLock<TKey>.Lease(Admit(entry));
                return null;
            }

            lease = default;
            if (!mayQueue)
            {
                return null;
            }

            var waiter = TakeWaiter();
            waiter.Entry = entry;
            waiter.WaitsFor = key;
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
        LockWaiter<KeyedAsyncLock<TKey>.Lease>? next = null;
        KeyedAsyncLock<TKey>.Lease lease = default;
        _guard.Enter();
        try
        {
            if (permit.Version == version)
            {
                next = ReleaseGuarded(permit, out lease);
            }
        }
        finally
        {
            _guard.Exit();
        }

        next?.Grant(lease);
    }

    /// <summary>Ends a lease that was given out for a whole place, which has been shared meanwhile.</summary>
    public void ReleaseAdopted(ShardSlot<TKey> slot, long version)
    {
        LockWaiter<KeyedAsyncLock<TKey>.Lease>? next = null;
        KeyedAsyncLock<TKey>.Lease lease = default;
        _guard.Enter();
        try
        {
            if (slot.TakeAdopted(version) is { } permit)
            {
                next = ReleaseGuarded(permit, out lease);
            }
        }
        finally
        {
            _guard.Exit();
        }

        next?.Grant(lease);
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
            waiter.WaitsFor = default!;
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

    /// <summary>Ends a permit, or hands it to the waiter that is returned.</summary>
    private LockWaiter<KeyedAsyncLock<TKey>.Lease>? ReleaseGuarded(KeyedPermit<TKey> permit, out KeyedAsyncLock<TKey>.Lease lease)
    {
        permit.Version++;
        var entry = permit.Entry!;
        if (!entry.Queue.IsEmpty)
        {
            lease = new KeyedAsyncLock<TKey>.Lease(permit);
            return entry.Queue.TakeFirst();
        }

        KeepPermit(permit);
        if (--entry.Holders == 0)
        {
            Remove(entry);
        }

        lease = default;
        return null;
    }

    private KeyedPermit<TKey> Admit(KeyedEntry<TKey> entry)
    {
        entry.Holders++;
        var permit = TakePermit();
        permit.Entry = entry;
        return permit;
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

    private KeyedEntry<TKey> Add(ShardSlot<TKey> slot, TKey key, int hash)
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
        entry.Slot = slot;
        slot.SharedKeys++;
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
        if (--entry.Slot.SharedKeys == 0)
        {
            entry.Slot.Unshare();
        }

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
