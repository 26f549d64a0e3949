using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

/// <summary>
/// A cache on a Redis server (or a cluster), shared by all machines that use it with the same prefix. Safe for concurrent use.
/// </summary>
/// <remarks>
/// A look-up is one round trip (MGET of the entry, its cache's barrier and the logical clock), two where the entry has tags. The
/// clock is the server's: the clocks of the clients are not compared. Entries may be evicted by the server at any time; one that
/// evicts keys without regard to their use can also lose a tag's barrier, so use <c>volatile-lru</c>, <c>allkeys-lru</c> or an LFU policy.
/// </remarks>
public sealed partial class RedisCacheStore : ICacheStore
{
    private readonly RedisConnection _connection;
    private readonly TimeProvider _timeProvider;
    private readonly TimeSpan _longest;
    private readonly RedisKeys _keys;
    private readonly Func<ValueTask> _release;
    private int _disposed;
    private volatile Topology _topology;

    /// <summary>Creates a store over a connection that others use too; the caller disposes that.</summary>
    public RedisCacheStore(RedisConnection connection, TimeProvider timeProvider)
        : this(connection, timeProvider, static () => ValueTask.CompletedTask)
    {
    }

    /// <summary>Creates a store with a connection of its own: <c>localhost:6379</c>.</summary>
    public RedisCacheStore(string configuration)
        : this(new SharedRedisConnection(new RedisStoreOptions { Configuration = configuration }), TimeProvider.System)
    {
    }

    private RedisCacheStore(SharedRedisConnection shared, TimeProvider timeProvider)
        : this(shared.Acquire(), timeProvider, shared.ReleaseAsync)
    {
    }

    private RedisCacheStore(RedisConnection connection, TimeProvider timeProvider, Func<ValueTask> release)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _connection = connection;
        _timeProvider = timeProvider;
        _longest = connection.Options.MaximumTimeToLive;
        _keys = new RedisKeys(connection.Options.KeyPrefix);
        _release = release;
    }

    /// <inheritdoc/>
    public string Name => "redis";

    /// <inheritdoc/>
    public ValueTask<bool> SetAsync(CacheStoreKey key, ReadOnlyMemory<byte> value, CacheStoreEntryOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.TimeToLive <= TimeSpan.Zero && !cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromResult(false);
        }

        // Everything that refers to the caller's buffer happens before the first await.
        return RunAsync(async database =>
        {
            var stamp = options.Stamp != 0 ? options.Stamp : await ReadClockAsync(database).ConfigureAwait(false) + 1;
            var life = Shorter(options.TimeToLive ?? _longest, _longest);
            var deadline = _timeProvider.GetUtcNow().ToUnixTimeMilliseconds() + Milliseconds(life);
            var sliding = options.SlidingExpiration is { } span ? Milliseconds(Shorter(span, _longest)) : 0;
            var entry = RedisEntry.Write(stamp, sliding, deadline, options.Tags, value.Span);
            var expiry = options.SlidingExpiration is { } shorter ? Shorter(shorter, life) : life;
            if (options.Lease is not { } lease)
            {
                return await database.StringSetAsync(_keys.Entry(key), entry, expiry).ConfigureAwait(false);
            }

            return (bool)await database.ScriptEvaluateAsync(
                RedisScripts.SetUnderLease, [_keys.Entry(key), _keys.Lease(key)], [Token(lease), entry, Milliseconds(expiry)]).ConfigureAwait(false);
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<bool> RemoveAsync(CacheStoreKey key, CancellationToken cancellationToken) => RunAsync(async database =>
    {
        // The lease first: a result that comes in between is not stored, one that came before is deleted with the entry.
        var lease = database.KeyDeleteAsync(_keys.Lease(key));
        var removed = await database.KeyDeleteAsync(_keys.Entry(key)).ConfigureAwait(false);
        await lease.ConfigureAwait(false);
        return removed;
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CacheLease?> TryAcquireLeaseAsync(CacheStoreKey key, TimeSpan duration, CancellationToken cancellationToken) => RunAsync(async database =>
    {
        var lease = new CacheLease(Guid.NewGuid());
        return await database.LockTakeAsync(_keys.Lease(key), Token(lease), duration).ConfigureAwait(false) ? lease : null;
    }, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<bool> RenewLeaseAsync(CacheStoreKey key, CacheLease lease, TimeSpan duration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        return RunAsync(database => database.LockExtendAsync(_keys.Lease(key), Token(lease), duration), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask ReleaseLeaseAsync(CacheStoreKey key, CacheLease lease, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(lease);
        await RunAsync(database => database.LockReleaseAsync(_keys.Lease(key), Token(lease)), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask InvalidateTagsAsync(IReadOnlyCollection<string> tags, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tags);
        await RaiseAsync(tags.Select(_keys.TagBarrier), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask ClearAsync(string cacheId, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(cacheId);
        await RaiseAsync([_keys.CacheBarrier(cacheId)], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes the connection where it is the store's own.</summary>
    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _disposed, 1) == 0 ? _release() : ValueTask.CompletedTask;

    internal static RedisCacheStore Share(SharedRedisConnection shared, TimeProvider timeProvider) => new(shared, timeProvider);

    private static RedisValue Token(CacheLease lease) => lease.Token.ToByteArray();

    private static TimeSpan Shorter(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static long Milliseconds(TimeSpan span) => Math.Max(1, (long)span.TotalMilliseconds);

    private async Task<bool> RaiseBarriersAsync(IDatabase database, IEnumerable<RedisKey> barriers)
    {
        // The clock first: what is looked up from here on is newer than the barrier that follows.
        var now = (RedisValue)await database.ScriptEvaluateAsync(RedisScripts.Advance, [_keys.Clock]).ConfigureAwait(false);
        var kept = _longest < TimeSpan.MaxValue - TimeSpan.FromDays(1) ? _longest + TimeSpan.FromDays(1) : _longest;
        await Task.WhenAll(barriers.Select(barrier => RaiseBarrierAsync(database, barrier, now, kept))).ConfigureAwait(false);
        return true;
    }

    internal static Task<RedisResult> RaiseBarrierAsync(IDatabase database, RedisKey barrier, RedisValue time, TimeSpan kept) =>
        database.ScriptEvaluateAsync(RedisScripts.Raise, [barrier], [time, Milliseconds(kept)]);

    private async ValueTask RaiseAsync(IEnumerable<RedisKey> barriers, CancellationToken cancellationToken) =>
        await RunAsync(database => RaiseBarriersAsync(database, barriers), cancellationToken).ConfigureAwait(false);

    private async Task<long> ReadClockAsync(IDatabase database)
    {
        var clock = await database.StringGetAsync(_keys.Clock).ConfigureAwait(false);
        return clock.IsNull ? await StartClockAsync(database).ConfigureAwait(false) : (long)clock;
    }

    private async Task<long> StartClockAsync(IDatabase database) =>
        (long)(RedisValue)await database.ScriptEvaluateAsync(RedisScripts.Advance, [_keys.Clock]).ConfigureAwait(false);

    private async ValueTask<T> RunAsync<T>(Func<IDatabase, Task<T>> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            var multiplexer = _connection.Current ?? await _connection.GetMultiplexerAsync(cancellationToken).ConfigureAwait(false);
            var task = work(multiplexer.GetDatabase());
            return await (cancellationToken.CanBeCanceled ? task.WaitAsync(cancellationToken) : task).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            throw Fail(exception);
        }
    }

    private static bool IsFailure(Exception exception) => exception is RedisException or RedisTimeoutException or RedisCommandException;

    private CacheStoreException Fail(Exception exception)
    {
        _topology = Topology.Unknown;
        return RedisConnection.Translate(exception);
    }
}
