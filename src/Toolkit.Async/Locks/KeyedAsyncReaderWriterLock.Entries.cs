using Nito.AsyncEx;

namespace Toolkit.Async;

public sealed partial class KeyedAsyncReaderWriterLock<TKey>
{
    // Kept for the next time; more than that at once are rare enough to be allocated.
    private const int MaxIdle = 64;

    private readonly Lock _guard = new();
    private readonly IEqualityComparer<TKey>? _comparer;
    private readonly Slot?[] _slots = new Slot?[KeyedPlaces.Count];
    private readonly Dictionary<TKey, Entry> _entries;
    private readonly Stack<Entry> _idleEntries = new();
    private readonly Stack<Permit> _idlePermits = new();

    /// <summary>Acquires a key that nobody else uses, without its lock.</summary>
    private bool TryTakePlace(TKey key, bool isWriter, out Slot slot, out Lease lease)
    {
        var index = KeyedPlaces.Index(KeyedPlaces.Hash(key, _comparer), _slots.Length);
        slot = Volatile.Read(ref _slots[index]) ?? AddSlot(index);
        if (slot.TryTake(key, isWriter ? 1 : 0, out var version))
        {
            lease = new Lease(slot, version);
            return true;
        }

        lease = default;
        return false;
    }

    private Slot AddSlot(int index)
    {
        var slot = new Slot(this);
        return Interlocked.CompareExchange(ref _slots[index], slot, null) ?? slot;
    }

    /// <summary>One more that holds or awaits the key by its lock; so does then whoever had the place alone.</summary>
    private Permit Use(Slot slot, TKey key)
    {
        lock (_guard)
        {
            if (slot.Share(out var holdersKey, out var isWriter))
            {
                // A lock that nobody has used yet is acquired at once.
                var holder = UseGuarded(slot, holdersKey);
                holder.Grant(Request(holder, isWriter == 1, CancellationToken.None).Result);
                slot.Adopted = holder;
            }

            return UseGuarded(slot, key);
        }
    }

    private Permit UseGuarded(Slot slot, TKey key)
    {
        if (!_entries.TryGetValue(key, out var entry))
        {
            entry = _idleEntries.TryPop(out var idle) ? idle : new Entry();
            entry.Key = key;
            entry.Slot = slot;
            slot.SharedKeys++;
            _entries.Add(key, entry);
        }

        entry.Users++;
        var permit = _idlePermits.TryPop(out var used) ? used : new Permit(this);
        permit.Entry = entry;
        return permit;
    }

    /// <summary>One that held or awaited the key does no more; the last one leaves a lock behind that is free and has no waiters.</summary>
    private void Unuse(Permit permit)
    {
        lock (_guard)
        {
            var entry = permit.Entry;
            if (--entry.Users == 0)
            {
                _entries.Remove(entry.Key);
                entry.Key = default!;
                if (--entry.Slot.SharedKeys == 0)
                {
                    entry.Slot.Unshare();
                }

                if (_idleEntries.Count < MaxIdle)
                {
                    _idleEntries.Push(entry);
                }
            }

            if (_idlePermits.Count < MaxIdle)
            {
                _idlePermits.Push(permit);
            }
        }
    }

    /// <summary>A key that is in use.</summary>
    private sealed class Entry
    {
        public TKey Key { get; set; } = default!;

        public Slot Slot { get; set; } = null!;

        public AsyncReaderWriterLock Lock { get; } = new();

        /// <summary>Those who hold it and those who wait for it.</summary>
        public int Users { get; set; }
    }

    /// <summary>One acquisition, from its start to its end; its leases are copies of each other, and the first that is disposed of ends it.</summary>
    private sealed class Permit(KeyedAsyncReaderWriterLock<TKey> locks) : LeaseHolder
    {
        private long _version;

        public Entry Entry { get; set; } = null!;

        private IDisposable Held { get; set; } = null!;

        public Lease Grant(IDisposable held)
        {
            Held = held;
            return new Lease(this, _version);
        }

        /// <summary>Ends the lease that it was granted last.</summary>
        public void Release() => Release(Volatile.Read(ref _version));

        public override void Release(long version)
        {
            if (Interlocked.CompareExchange(ref _version, version + 1, version) == version)
            {
                Held.Dispose();
                Held = null!;
                locks.Unuse(this);
            }
        }
    }

    /// <summary>A place for all keys whose hash codes lead to it. What is not its own is guarded by the lock's guard.</summary>
    private sealed class Slot(KeyedAsyncReaderWriterLock<TKey> locks) : KeyedSlot<TKey>
    {
        /// <summary>What stands for the lease that was given out before the place was shared.</summary>
        public Permit? Adopted { get; set; }

        protected override void ReleaseAdopted(long version)
        {
            Permit? permit = null;
            lock (locks._guard)
            {
                if (IsSharedAt(version))
                {
                    (permit, Adopted) = (Adopted, null);
                }
            }

            permit?.Release();
        }
    }
}
