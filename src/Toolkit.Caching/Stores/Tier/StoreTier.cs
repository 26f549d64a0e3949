using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Caching.Stores;

/// <summary>
/// A typed view of a store: serialises values into checked envelopes, and computes a missing value in one process at a time.
/// Safe for concurrent use; it does not own the store.
/// </summary>
/// <remarks>
/// An entry that can't be trusted (damaged, unsigned, of another format or shape) is a miss and is counted. A value that can't be
/// serialised is returned and not stored. What the store throws is thrown: give it a store with
/// <see cref="CacheStoreExtensions.FailOpen"/> where a store that is down must not be noticed.
/// </remarks>
public sealed partial class StoreTier<TValue>
{
    private const int InitialBuffer = 512;

    private readonly ICacheStore _store;
    private readonly ICacheSerializer<TValue> _serializer;
    private readonly StoreTierOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly byte[]? _hmacKey;
    private readonly ulong _schema;
    private readonly CacheStoreEntryOptions _entryOptions;
    private long _hits;
    private long _misses;
    private long _staleHits;
    private long _rejected;
    private long _notStored;

    /// <summary>Creates the view.</summary>
    public StoreTier(ICacheStore store, ICacheSerializer<TValue> serializer, StoreTierOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(timeProvider);
        options.Validate();
        _store = store;
        _serializer = serializer;
        _options = options;
        _timeProvider = timeProvider;
        _hmacKey = options.HmacKey?.ToArray();
        _schema = CacheEnvelope.HashSchema(serializer.Schema);
        _entryOptions = new CacheStoreEntryOptions
        {
            TimeToLive = options.TimeToLive is { } timeToLive && timeToLive < TimeSpan.MaxValue - options.StaleGrace ? timeToLive + options.StaleGrace : options.TimeToLive,
            SlidingExpiration = options.SlidingExpiration,
        };
    }

    /// <summary>The counts so far.</summary>
    public StoreTierCounters Counters => new(
        Volatile.Read(ref _hits), Volatile.Read(ref _misses), Volatile.Read(ref _staleHits), Volatile.Read(ref _rejected), Volatile.Read(ref _notStored));

    /// <summary>Looks a key up.</summary>
    public ValueTask<StoreTierLookup<TValue>> GetAsync(CacheStoreKey key, CancellationToken cancellationToken)
    {
        var task = _store.GetAsync(key, cancellationToken);
        return task.IsCompletedSuccessfully
            ? ValueTask.FromResult(Open(key, task.Result))
            : AwaitAsync(key, task);
    }

    /// <summary>Looks several keys up, in one round trip where the store can; the result has the order of <paramref name="keys"/>.</summary>
    public async ValueTask<IReadOnlyList<StoreTierLookup<TValue>>> GetManyAsync(IReadOnlyList<CacheStoreKey> keys, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(keys);
        var lookups = await _store.GetManyAsync(keys, cancellationToken).ConfigureAwait(false);
        var opened = new StoreTierLookup<TValue>[lookups.Count];
        for (var i = 0; i < opened.Length; i++)
        {
            opened[i] = Open(keys[i], lookups[i]);
        }

        return opened;
    }

    /// <summary>Stores a value.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="tags">The tags that can invalidate it.</param>
    /// <param name="stamp">The stamp of the look-up that missed, or 0.</param>
    /// <param name="lease">The lease under which it was computed, or <see langword="null"/>.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>Whether it was stored.</returns>
    public async ValueTask<bool> SetAsync(
        CacheStoreKey key, TValue value, IReadOnlyList<string> tags, long stamp, CacheLease? lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tags);
        using var buffer = new PooledBufferWriter(InitialBuffer);
        var stored = TrySeal(key, value, buffer)
            && await _store.SetAsync(key, buffer.Written, _entryOptions with { Tags = tags, Stamp = stamp, Lease = lease }, cancellationToken).ConfigureAwait(false);
        if (!stored)
        {
            Interlocked.Increment(ref _notStored);
        }

        return stored;
    }

    private async ValueTask<StoreTierLookup<TValue>> AwaitAsync(CacheStoreKey key, ValueTask<CacheStoreLookup> task) =>
        Open(key, await task.ConfigureAwait(false));

    private StoreTierLookup<TValue> Open(CacheStoreKey key, CacheStoreLookup lookup)
    {
        if (!lookup.Found)
        {
            return Miss(lookup.Stamp, StoreMetrics.Miss);
        }

        TValue? value = default;
        var intact = OpenEnvelope(key, lookup.Value, out var times) == CacheEnvelopeStatus.Intact
            && TryDeserialize(lookup.Value[CacheEnvelope.HeaderLength..], out value);
        lookup.KeepMapped();
        if (!intact)
        {
            Interlocked.Increment(ref _rejected);
            return Miss(lookup.Stamp, StoreMetrics.Rejected);
        }

        var createdAt = new DateTimeOffset(times.CreatedTicks, TimeSpan.Zero);
        if (times.ExpiresTicks == long.MaxValue)
        {
            return Hit(new(StoreTierState.Fresh, value, lookup.Stamp, createdAt, DateTimeOffset.MaxValue));
        }

        var expiresAt = new DateTimeOffset(times.ExpiresTicks, TimeSpan.Zero);
        var now = _timeProvider.GetUtcNow();
        if (now < expiresAt)
        {
            return Hit(new(StoreTierState.Fresh, value, lookup.Stamp, createdAt, expiresAt));
        }

        if (now - expiresAt >= _options.StaleGrace)
        {
            return Miss(lookup.Stamp, StoreMetrics.Miss);
        }

        Interlocked.Increment(ref _staleHits);
        StoreMetrics.Count(_store.Name, StoreMetrics.Stale);
        return new(StoreTierState.Stale, value, lookup.Stamp, createdAt, expiresAt);
    }

    private StoreTierLookup<TValue> Hit(StoreTierLookup<TValue> lookup)
    {
        Interlocked.Increment(ref _hits);
        StoreMetrics.Count(_store.Name, StoreMetrics.Hit);
        return lookup;
    }

    private StoreTierLookup<TValue> Miss(long stamp, string result)
    {
        Interlocked.Increment(ref _misses);
        StoreMetrics.Count(_store.Name, result);
        return new(StoreTierState.Miss, default, stamp, default, default);
    }

    private CacheEnvelopeStatus OpenEnvelope(CacheStoreKey key, ReadOnlyMemory<byte> envelope, out CacheEnvelopeHeader times)
    {
        const int onStack = 256;
        var length = key.Length;
        byte[]? rented = null;
        var bytes = length <= onStack ? stackalloc byte[onStack] : (rented = ArrayPool<byte>.Shared.Rent(length));
        key.WriteTo(bytes);
        var status = CacheEnvelope.TryOpen(envelope.Span, bytes[..length], _schema, _hmacKey, out times);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return status;
    }

    private bool TryDeserialize(ReadOnlyMemory<byte> payload, [MaybeNull] out TValue value)
    {
        try
        {
            value = _serializer.Deserialize(payload);
            return true;
        }
        catch (Exception)
        {
            // Whatever a serializer throws, the entry can't be read: a counted miss.
            value = default;
            return false;
        }
    }

    private bool TrySeal(CacheStoreKey key, TValue value, PooledBufferWriter buffer)
    {
        buffer.GetSpan(CacheEnvelope.HeaderLength);
        buffer.Advance(CacheEnvelope.HeaderLength);
        try
        {
            _serializer.Serialize(value, buffer);
        }
        catch (Exception)
        {
            return false;
        }

        var now = _timeProvider.GetUtcNow();
        var expires = _options.TimeToLive is { } timeToLive && timeToLive < DateTimeOffset.MaxValue - now ? (now + timeToLive).UtcTicks : long.MaxValue;
        CacheEnvelope.Seal(buffer.Written.Span, key.ToArray(), _schema, new CacheEnvelopeHeader(now.UtcTicks, expires), _hmacKey);
        return true;
    }
}
