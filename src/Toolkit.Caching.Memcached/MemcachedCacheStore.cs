using System.Buffers.Binary;
using System.Collections.Concurrent;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>
/// A cache on memcached servers (1.6 or newer, meta protocol), shared by all machines that name the same servers and prefix. Safe for
/// concurrent use.
/// </summary>
/// <remarks>
/// <para>A look-up is one request for the entry and its cache's barrier, and a second one where the entry has tags. Servers forget
/// what they have no room for, barriers included: an entry whose barrier is gone is a miss.</para>
/// <para>Times are those of the clients, so their clocks should agree (NTP): an invalidation bars what was looked up before it by the
/// clocks of the machines concerned. A client whose clock is behind moves on to what it reads of the others. Removing a key breaks its lease in two steps: a result that is being stored in just that moment can be
/// seen until its writer takes it back, a round trip later.</para>
/// <para>With several servers, a dead one costs the keys that it has: they are misses, the others are served.
/// <see cref="CacheStoreException"/> is thrown where no server answers, and by invalidations that a server did not take.</para>
/// </remarks>
public sealed partial class MemcachedCacheStore : ICacheStore
{
    private const int TokenLength = 16;
    private const int MostSeenBarriers = 10_000;

    // What is longer the server takes for a date.
    private const long LongestRelativeExpiry = 30 * 24 * 60 * 60;
    private static readonly TimeSpan MostSkew = TimeSpan.FromHours(1);

    private readonly MemcachedStoreOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly MemcachedCluster _cluster;
    private readonly MemcachedKeys _keys;
    private readonly ConcurrentDictionary<byte[], bool> _seenBarriers = new(new NameComparer());
    private long _lastStamp;
    private long _skipped;

    /// <summary>Creates a store; it connects with the first use.</summary>
    /// <exception cref="ArgumentException">No server is named, or an option is out of range.</exception>
    public MemcachedCacheStore(MemcachedStoreOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        options.Validate();
        _options = options;
        _timeProvider = timeProvider;
        _cluster = new MemcachedCluster(options, timeProvider);
        _keys = new MemcachedKeys(options.KeyPrefix);
    }

    /// <summary>Creates a store with the default options: <c>localhost:11211</c>, or several servers separated by commas.</summary>
    public MemcachedCacheStore(string servers)
        : this(new MemcachedStoreOptions { Servers = servers }, TimeProvider.System)
    {
    }

    /// <inheritdoc/>
    public string Name => "memcached";

    /// <summary>The values that were not stored because they are too large, by this option or by the server.</summary>
    public long SkippedValues => Volatile.Read(ref _skipped);

    /// <inheritdoc/>
    public async ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        cancellationToken.ThrowIfCancellationRequested();
        if (options.TimeToLive <= TimeSpan.Zero)
        {
            return false;
        }

        var name = _keys.Entry(key, out var hashed);
        try
        {
            if (options.Lease is { } lease && !await HoldsAsync(key, lease, cancellationToken).ConfigureAwait(false))
            {
                return false;
            }

            await StartBarriersAsync(key.CacheId, options.Tags, options.Stamp == 0 ? Now() : options.Stamp, cancellationToken).ConfigureAwait(false);

            // Taken after the barriers have started, which another thread may have done a moment later than this one began.
            var stamp = options.Stamp == 0 ? Now() : options.Stamp;
            var entry = Seal(key, hashed, value.Span, options, stamp);
            return await StoreAsync(key, name, entry, options, cancellationToken).ConfigureAwait(false);
        }
        catch (CacheStoreException) when (_cluster.Nodes.Length > 1)
        {
            // One of several servers is dead; its keys are not stored.
            return false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var name = _keys.Entry(key, out _);

        // The lease first: a result that comes in between is not stored, one that came before is deleted with the entry.
        var answers = await _cluster.ExecuteManyAsync(name, new MetaRequest().Delete(_keys.Lease(key)).Delete(name), cancellationToken).ConfigureAwait(false);
        return answers[1].Status == MetaStatus.Done;
    }

    /// <inheritdoc/>
    public async ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tags);
        cancellationToken.ThrowIfCancellationRequested();
        await Task.WhenAll(tags.Select(tag => RaiseAsync(_keys.TagBarrier(tag), cancellationToken))).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(cacheId);
        cancellationToken.ThrowIfCancellationRequested();
        await RaiseAsync(_keys.CacheBarrier(cacheId), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connections.</summary>
    public ValueTask DisposeAsync()
    {
        _cluster.Dispose();
        return ValueTask.CompletedTask;
    }

    private static byte[] Number(long value)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, value);
        return bytes;
    }

    private static long Later(long ticks, TimeSpan? span) =>
        span is not { } some || some.Ticks > long.MaxValue - ticks ? long.MaxValue : ticks + some.Ticks;

    // What another client's clock wrote moves this one on, so that what follows is later than what it has seen. A time far from this one is not believed.
    private void Observe(long stamp)
    {
        long last;
        while ((last = Volatile.Read(ref _lastStamp)) < stamp
            && stamp - _timeProvider.GetUtcNow().UtcTicks < MostSkew.Ticks
            && Interlocked.CompareExchange(ref _lastStamp, stamp, last) != last)
        {
        }
    }

    // The clock of this machine, never twice the same nor back within the process.
    private long Now()
    {
        while (true)
        {
            var last = Volatile.Read(ref _lastStamp);
            var now = Math.Max(last + 1, _timeProvider.GetUtcNow().UtcTicks);
            if (Interlocked.CompareExchange(ref _lastStamp, now, last) == last)
            {
                return now;
            }
        }
    }

    // Whole seconds, rounded up: the entry knows its deadline more finely. What looks like more than 30 days is taken for a date.
    private long Expiry(CacheStoreEntryOptions options)
    {
        var life = options.SlidingExpiration is { } sliding && !(options.TimeToLive < sliding) ? sliding : options.TimeToLive;
        return life is { } some ? Seconds(some) : 0;
    }

    // The server's clock ticks once a second: the first second may be over at once, and nothing is to end before its time.
    private long Seconds(TimeSpan span)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(span.TotalSeconds)) + 1;
        if (seconds <= LongestRelativeExpiry)
        {
            return seconds;
        }

        const long furthest = uint.MaxValue / 2;
        var date = _timeProvider.GetUtcNow().ToUnixTimeSeconds() + seconds;
        return date > furthest ? 0 : date;
    }

    private byte[] Seal(CacheStoreKey key, bool hashed, ReadOnlySpan<byte> value, CacheStoreEntryOptions options, long stamp) => MemcachedEntry.Write(
        stamp,
        Later(_timeProvider.GetUtcNow().UtcTicks, options.TimeToLive),
        options.SlidingExpiration?.Ticks ?? 0,
        hashed ? key.ToArray() : default,
        options.Tags,
        value);

    private async ValueTask<bool> StoreAsync(CacheStoreKey key, byte[] name, byte[] entry, CacheStoreEntryOptions options, CancellationToken cancellationToken)
    {
        if (entry.Length <= _options.MaximumValue)
        {
            var request = new MetaRequest().Set(name, entry, Expiry(options));
            if (options.Lease is not null)
            {
                request.Get(_keys.Lease(key));
            }

            var answers = await _cluster.ExecuteManyAsync(name, request, cancellationToken).ConfigureAwait(false);
            if (answers[0].Status == MetaStatus.Done)
            {
                if (options.Lease is null || IsOf(options.Lease, answers[1]))
                {
                    return true;
                }

                // The lease was broken between its check and the set: the value is taken back.
                await _cluster.ExecuteAsync(name, new MetaRequest().Delete(name), cancellationToken).ConfigureAwait(false);
                return false;
            }
        }

        // The value that it was to replace must not stay.
        Interlocked.Increment(ref _skipped);
        await _cluster.ExecuteAsync(name, new MetaRequest().Delete(name), cancellationToken).ConfigureAwait(false);
        return false;
    }

    // Only ever forward: another client's clock may be ahead of this one, and what it has barred stays barred.
    private async Task RaiseAsync(byte[] barrier, CancellationToken cancellationToken)
    {
        MetaAnswer answer;
        do
        {
            var old = await _cluster.ExecuteAsync(barrier, new MetaRequest().GetVersioned(barrier), cancellationToken).ConfigureAwait(false);
            _ = TryReadBarrier(old, out _);
            var now = Number(Now());
            var request = old.Status == MetaStatus.Value ? new MetaRequest().Replace(barrier, now, 0, old.Cas) : new MetaRequest().Add(barrier, now, 0);
            answer = await _cluster.ExecuteAsync(barrier, request, cancellationToken).ConfigureAwait(false);
        }
        while (answer.Status is MetaStatus.NotStored or MetaStatus.Missing);
        if (answer.Status != MetaStatus.Done)
        {
            throw new CacheStoreException($"The memcached server did not take an invalidation: {answer.Message}");
        }
    }

    private bool TryReadBarrier(MetaAnswer answer, out long time)
    {
        if (answer is not { Status: MetaStatus.Value, Value: { Length: sizeof(long) } bytes })
        {
            time = 0;
            return false;
        }

        time = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        Observe(time);
        return true;
    }

    // A barrier that is not there yet starts just before this entry, or the first look-up would take it for one that was forgotten.
    private async ValueTask StartBarriersAsync(string cacheId, IReadOnlyList<string> tags, long stamp, CancellationToken cancellationToken)
    {
        for (var i = -1; i < tags.Count; i++)
        {
            var barrier = i < 0 ? _keys.CacheBarrier(cacheId) : _keys.TagBarrier(tags[i]);
            if (_seenBarriers.ContainsKey(barrier))
            {
                continue;
            }

            await _cluster.ExecuteAsync(barrier, new MetaRequest().Add(barrier, Number(stamp - 1), 0), cancellationToken).ConfigureAwait(false);
            MarkSeen(barrier);
        }
    }

    private void MarkSeen(byte[] barrier)
    {
        if (_seenBarriers.Count >= MostSeenBarriers)
        {
            _seenBarriers.Clear();
        }

        _seenBarriers[barrier] = true;
    }

    private sealed class NameComparer : IEqualityComparer<byte[]>
    {
        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj)
        {
            var hash = default(HashCode);
            hash.AddBytes(obj);
            return hash.ToHashCode();
        }
    }
}
