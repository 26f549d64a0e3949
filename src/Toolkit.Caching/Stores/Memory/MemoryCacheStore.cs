namespace Toolkit.Caching.Stores;

/// <summary>
/// A store in the memory of the process: for tests, and for programs that swap it for a shared one by a setting. Least recently
/// used entries leave first. One lock guards it; safe for concurrent use.
/// </summary>
/// <remarks>
/// Bounded in everything: entries by their bytes, leases by their time, invalidated tags and cleared caches by number. The latest
/// 16,384 of those at least are told apart; of older ones only results are refused that were being computed since before them.
/// </remarks>
public sealed class MemoryCacheStore : ICacheStore
{
    private const int EntryOverhead = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<CacheStoreKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _recent = new();
    private readonly MemoryLeases _leases = new();
    private readonly MemoryBarriers _tagBarriers = new();
    private readonly MemoryBarriers _cacheBarriers = new();
    private readonly TimeProvider _timeProvider;
    private readonly long _sizeLimit;
    private long _size;
    private long _stamp = 1;

    /// <summary>Creates an empty store.</summary>
    public MemoryCacheStore(MemoryCacheStoreOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.SizeLimit, 0, nameof(options));
        _sizeLimit = options.SizeLimit;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public string Name => "memory";

    /// <summary>The number of entries, expired ones included that were not looked up since.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    // What is kept beside the entries.
    internal (int Barriers, int Leases) Kept
    {
        get
        {
            lock (_lock)
            {
                return (_tagBarriers.Count + _cacheBarriers.Count, _leases.Count);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask<CacheStoreLookup> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            return ValueTask.FromResult(Get(key));
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<CacheStoreLookup>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        cancellationToken.ThrowIfCancellationRequested();
        var lookups = new CacheStoreLookup[keys.Count];
        lock (_lock)
        {
            for (var i = 0; i < lookups.Length; i++)
            {
                lookups[i] = Get(keys[i]);
            }
        }

        return ValueTask.FromResult<IReadOnlyList<CacheStoreLookup>>(lookups);
    }

    /// <inheritdoc/>
    public ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var size = (long)key.Bytes.Length + value.Length + EntryOverhead;
            if (size > _sizeLimit)
            {
                // What it was to replace must not stay.
                Drop(key);
                return ValueTask.FromResult(false);
            }

            var now = _timeProvider.GetUtcNow();
            if (options.TimeToLive <= TimeSpan.Zero || (options.Lease is { } lease && !_leases.Holds(key, lease, now)))
            {
                return ValueTask.FromResult(false);
            }

            Drop(key);
            DateTimeOffset? deadline = options.TimeToLive is { } timeToLive ? Later(now, timeToLive) : null;
            var entry = new Entry(key, value.ToArray(), options.Tags, deadline, options.SlidingExpiration, size)
            {
                Stamp = options.Stamp == 0 ? _stamp : options.Stamp,
                LastRead = now,
            };
            _entries[key] = _recent.AddLast(entry);
            _size += size;
            while (_size > _sizeLimit)
            {
                Drop(_recent.First!.Value.Key);
            }

            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _leases.Remove(key);
            return ValueTask.FromResult(Drop(key));
        }
    }

    /// <inheritdoc/>
    public ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var now = _timeProvider.GetUtcNow();
            return ValueTask.FromResult(_leases.TryTake(key, now, Later(now, duration)));
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var now = _timeProvider.GetUtcNow();
            var held = _leases.Holds(key, lease, now);
            if (held)
            {
                _leases.Renew(key, lease, Later(now, duration));
            }

            return ValueTask.FromResult(held);
        }
    }

    /// <inheritdoc/>
    public ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_leases.Holds(key, lease, _timeProvider.GetUtcNow()))
            {
                _leases.Remove(key);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tags);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _stamp++;
            foreach (var tag in tags)
            {
                _tagBarriers.Set(tag, _stamp);
            }

            if (_tagBarriers.IsFull)
            {
                DropBarred();
                _tagBarriers.ForgetTheOlderHalf();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(cacheId);
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _cacheBarriers.Set(cacheId, ++_stamp);
            foreach (var key in _entries.Keys.Where(key => string.Equals(key.CacheId, cacheId, StringComparison.Ordinal)).ToList())
            {
                Drop(key);
            }

            if (_cacheBarriers.IsFull)
            {
                DropBarred();
                _cacheBarriers.ForgetTheOlderHalf();
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Empties the store.</summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _entries.Clear();
            _recent.Clear();
            _leases.Clear();
            _size = 0;
        }

        return ValueTask.CompletedTask;
    }

    private static DateTimeOffset Later(DateTimeOffset now, TimeSpan span) =>
        span > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + span;

    private CacheStoreLookup Get(CacheStoreKey key)
    {
        if (!_entries.TryGetValue(key, out var node))
        {
            return CacheStoreLookup.Miss(_stamp);
        }

        var entry = node.Value;
        var now = _timeProvider.GetUtcNow();
        if (entry.Deadline <= now || (entry.Sliding is { } sliding && Later(entry.LastRead, sliding) <= now) || IsBarred(entry))
        {
            Drop(key);
            return CacheStoreLookup.Miss(_stamp);
        }

        entry.LastRead = now;
        _recent.Remove(node);
        _recent.AddLast(node);
        return new CacheStoreLookup(true, entry.Value, _stamp);
    }

    private bool IsBarred(Entry entry)
    {
        if (_cacheBarriers.Bars(entry.Key.CacheId, entry.Stamp))
        {
            return true;
        }

        foreach (var tag in entry.Tags)
        {
            if (_tagBarriers.Bars(tag, entry.Stamp))
            {
                return true;
            }
        }

        return false;
    }

    // What no barrier bars is as good as looked up now: then no entry needs the barriers so far, but one that is yet to come.
    private void DropBarred()
    {
        foreach (var entry in _recent.ToList())
        {
            if (IsBarred(entry))
            {
                Drop(entry.Key);
            }
            else
            {
                entry.Stamp = _stamp;
            }
        }
    }

    private bool Drop(CacheStoreKey key)
    {
        if (!_entries.Remove(key, out var node))
        {
            return false;
        }

        _recent.Remove(node);
        _size -= node.Value.Size;
        return true;
    }

    private sealed record Entry(
        CacheStoreKey Key, byte[] Value, IReadOnlyList<string> Tags, DateTimeOffset? Deadline, TimeSpan? Sliding, long Size)
    {
        public required long Stamp { get; set; }

        public DateTimeOffset LastRead { get; set; }
    }
}
