using Nito.AsyncEx;

namespace Toolkit.Async;

public sealed partial class KeyedAsyncReaderWriterLock<TKey>
{
    // Kept for the next time; more than that at once are rare enough to be allocated.
    private const int MaxIdle = 64;

    private readonly Lock _guard = new();
    private readonly Dictionary<TKey, Entry> _entries;
    private readonly Stack<Entry> _idleEntries = new();
    private readonly Stack<Permit> _idlePermits = new();

    private Entry Use(TKey key)
    {
        lock (_guard)
        {
            if (!_entries.TryGetValue(key, out var entry))
            {
                entry = _idleEntries.TryPop(out var idle) ? idle : new Entry();
                entry.Key = key;
                _entries.Add(key, entry);
            }

            entry.Users++;
            return entry;
        }
    }

    private Lease Grant(Entry entry, IDisposable held)
    {
        Permit? permit;
        lock (_guard)
        {
            _idlePermits.TryPop(out permit);
        }

        permit ??= new Permit(this);
        permit.Entry = entry;
        permit.Held = held;
        return new Lease(permit, permit.Version);
    }

    /// <summary>One that held or awaited the key does no more; the last one leaves a lock behind that is free and has no waiters.</summary>
    private void Unuse(Entry entry, Permit? permit = null)
    {
        lock (_guard)
        {
            if (--entry.Users == 0)
            {
                _entries.Remove(entry.Key);
                entry.Key = default!;
                if (_idleEntries.Count < MaxIdle)
                {
                    _idleEntries.Push(entry);
                }
            }

            if (permit is not null && _idlePermits.Count < MaxIdle)
            {
                _idlePermits.Push(permit);
            }
        }
    }

    /// <summary>A key that is in use.</summary>
    private sealed class Entry
    {
        public TKey Key { get; set; } = default!;

        public AsyncReaderWriterLock Lock { get; } = new();

        /// <summary>Those who hold it and those who wait for it.</summary>
        public int Users { get; set; }
    }

    /// <summary>One acquisition; its leases are copies of each other, and the first that is disposed of ends it.</summary>
    private sealed class Permit(KeyedAsyncReaderWriterLock<TKey> locks) : LeaseHolder
    {
        private long _version;

        public long Version => _version;

        public Entry Entry { get; set; } = null!;

        public IDisposable Held { get; set; } = null!;

        public override void Release(long version)
        {
            if (Interlocked.CompareExchange(ref _version, version + 1, version) == version)
            {
                Held.Dispose();
                Held = null!;
                locks.Unuse(Entry, this);
            }
        }
    }
}
