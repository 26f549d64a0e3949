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

    private Permit Use(TKey key)
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
            var permit = _idlePermits.TryPop(out var used) ? used : new Permit(this);
            permit.Entry = entry;
            return permit;
        }
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
}
