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
/// clocks of the machines concerned. Removing a key breaks its lease in two steps: a result that is being stored in just that moment can be
/// seen until its writer takes it back, a round trip later.</para>
/// <para>With several servers, a dead one costs the keys that it has: they are misses, the others are served.
/// <see cref="CacheStoreException"/> is thrown where no server answers, and by invalidations that a server did not take.</para>
/// </remarks>
public sealed partial class MemcachedCacheStore : ICacheStore
{
    private const int TokenLength = 16;
    private const int MostSeenBarriers = 10_000;
    private static readonly TimeSpan LongestRelativeExpiry = TimeSpan.FromDays(30);

    private readonly MemcachedStoreOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly MemcachedCluster _cluster;
    private readonly MemcachedKeys _keys;
    private readonly ConcurrentDictionary<string, bool> _seenBarriers = new(StringComparer.Ordinal);
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
            return await StoreAsync(name, entry, Expiry(options), cancellationToken).ConfigureAwait(false)
                && (options.Lease is null || await ConfirmAsync(key, name, options.Lease, cancellationToken).ConfigureAwait(false));
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
        var lease = _keys.Lease(key);
        await _cluster.ExecuteAsync(lease, request => request.Delete(lease), cancellationToken).ConfigureAwait(false);
        var name = _keys.Entry(key, out _);
        return (await _cluster.ExecuteAsync(name, request => request.Delete(name), cancellationToken).ConfigureAwait(false)).Status == MetaStatus.Done;
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

    private long Seconds(TimeSpan span)
    {
        if (span <= LongestRelativeExpiry)
        {
            return Math.Max(1, (long)Math.Ceiling(span.TotalSeconds));
        }

        var now = _timeProvider.GetUtcNow();
        const long furthest = uint.MaxValue / 2;
        var date = span < DateTimeOffset.MaxValue - now ? (now + span).ToUnixTimeSeconds() : long.MaxValue;
        return date > furthest ? 0 : date;
    }

    private byte[] Seal(CacheStoreKey key, bool hashed, ReadOnlySpan<byte> value, CacheStoreEntryOptions options, long stamp) => MemcachedEntry.Write(
        stamp,
        Later(_timeProvider.GetUtcNow().UtcTicks, options.TimeToLive),
        options.SlidingExpiration?.Ticks ?? 0,
        hashed ? key.ToArray() : default,
        options.Tags,
        value);

    private async ValueTask<bool> StoreAsync(string name, byte[] entry, long expiry, CancellationToken cancellationToken)
    {
        var stored = entry.Length <= _options.MaximumValue
            && (await _cluster.ExecuteAsync(name, request => request.Set(name, entry, expiry), cancellationToken).ConfigureAwait(false)).Status == MetaStatus.Done;
        if (!stored)
        {
            // The value that it was to replace must not stay.
            Interlocked.Increment(ref _skipped);
            await _cluster.ExecuteAsync(name, request => request.Delete(name), cancellationToken).ConfigureAwait(false);
        }

        return stored;
    }

    private async Task RaiseAsync(string barrier, CancellationToken cancellationToken)
    {
        var answer = await _cluster.ExecuteAsync(barrier, request => request.Set(barrier, Number(Now()), 0), cancellationToken).ConfigureAwait(false);
        if (answer.Status != MetaStatus.Done)
        {
            throw new CacheStoreException($"The memcached server did not take an invalidation: {answer.Message}");
        }
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

            await _cluster.ExecuteAsync(barrier, request => request.Add(barrier, Number(stamp - 1), 0), cancellationToken).ConfigureAwait(false);
            MarkSeen(barrier);
        }
    }

    private void MarkSeen(string barrier)
    {
        if (_seenBarriers.Count >= MostSeenBarriers)
        {
            _seenBarriers.Clear();
        }

        _seenBarriers[barrier] = true;
    }
}
