namespace Toolkit.Caching.Stores;

/// <summary>
/// A store in the memory of the process: for tests, and for programs that swap it for a shared one by a setting. Least recently
/// used entries leave first. One lock guards it; safe for concurrent use.
/// </summary>
public sealed class MemoryCacheStore : ICacheStore
{
    private const int EntryOverhead = 128;

    private readonly Lock _lock = new();
    private readonly Dictionary<CacheStoreKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _recent = new();
    private readonly Dictionary<CacheStoreKey, (CacheLease Lease, DateTimeOffset Until)> _leases = [];
    private readonly Dictionary<string, long> _tagBarriers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _cacheBarriers = new(StringComparer.Ordinal);
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

            if (options.TimeToLive <= TimeSpan.Zero
                || (options.Lease is { } lease && (!_leases.TryGetValue(key, out var held) || held.Lease != lease)))
            {
                return ValueTask.FromResult(false);
            }

            Drop(key);
            var now = _timeProvider.GetUtcNow();
            DateTimeOffset? deadline = options.TimeToLive is { } timeToLive ? Later(now, timeToLive) : null;
            var entry = new Entry(key, value.ToArray(), options.Tags, options.Stamp == 0 ? _stamp : options.Stamp, deadline, options.SlidingExpiration, size)
            {
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
            if (_leases.TryGetValue(key, out var held) && held.Until > now)
            {
                return ValueTask.FromResult<CacheLease?>(null);
            }

            var lease = new CacheLease(Guid.NewGuid());
            _leases[key] = (lease, now + duration);
            return ValueTask.FromResult<CacheLease?>(lease);
        }
    }

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            var held = _leases.TryGetValue(key, out var current) && current.Lease == lease;
            if (held)
            {
                _leases[key] = (lease, _timeProvider.GetUtcNow() + duration);
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
            if (_leases.TryGetValue(key, out var current) && current.Lease == lease)
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
                _tagBarriers[tag] = _stamp;
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
            _cacheBarriers[cacheId] = ++_stamp;
            foreach (var key in _entries.Keys.Where(key => string.Equals(key.CacheId, cacheId, StringComparison.Ordinal)).ToList())
            {
                Drop(key);
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
        if (_cacheBarriers.TryGetValue(entry.Key.CacheId, out var barrier) && entry.Stamp < barrier)
        {
            return true;
        }

        foreach (var tag in entry.Tags)
        {
            if (_tagBarriers.TryGetValue(tag, out barrier) && entry.Stamp < barrier)
            {
                return true;
            }
        }

        return false;
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
        CacheStoreKey Key, byte[] Value, IReadOnlyList<string> Tags, long Stamp, DateTimeOffset? Deadline, TimeSpan? Sliding, long Size)
    {
        public DateTimeOffset LastRead { get; set; }
    }
}
