using System.Collections.Immutable;
using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

/// <summary>
/// A backplane over Redis publish/subscribe. Messages reach the other processes within milliseconds while they are connected. When
/// the subscription comes to hold, and after each lost connection, the subscribers are told
/// <see cref="CacheInvalidation.Everything"/>, because messages may have passed by. Safe for concurrent use.
/// </summary>
public sealed class RedisBackplane : ICacheBackplane
{
    private const int SenderLength = 16;

    private readonly RedisConnection _connection;
    private readonly Func<ValueTask> _release;
    private readonly RedisKeys _keys;
    private readonly RedisSubscription _subscription;
    private readonly Lock _raising = new();
    private readonly byte[] _sender = Guid.NewGuid().ToByteArray();
    private ImmutableList<Action<CacheInvalidation>> _handlers = [];
    private int _disposed;

    /// <summary>Creates a backplane over a connection that others use too; the caller disposes that.</summary>
    public RedisBackplane(RedisConnection connection)
        : this(connection, TimeProvider.System)
    {
    }

    /// <summary>Creates a backplane over a connection that others use too; the caller disposes that.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="timeProvider">The time of the pauses between attempts to subscribe.</param>
    public RedisBackplane(RedisConnection connection, TimeProvider timeProvider)
        : this(connection, timeProvider, static () => ValueTask.CompletedTask)
    {
    }

    private RedisBackplane(RedisConnection connection, TimeProvider timeProvider, Func<ValueTask> release)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ArgumentNullException.ThrowIfNull(timeProvider);
        _connection = connection;
        _release = release;
        _keys = new RedisKeys(connection.Options.KeyPrefix);
        _subscription = new RedisSubscription(connection, _keys.Channel, timeProvider, OnMessage, () => Raise(CacheInvalidation.Everything));
    }

    /// <inheritdoc/>
    public async ValueTask PublishAsync(CacheInvalidation invalidation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        byte[] message = [.. _sender, .. CacheInvalidationFormat.Write(invalidation)];
        try
        {
            var multiplexer = await _connection.GetMultiplexerAsync(cancellationToken).ConfigureAwait(false);
            await multiplexer.GetSubscriber().PublishAsync(_keys.Channel, message).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException)
        {
            throw RedisConnection.Translate(exception);
        }
    }

    /// <summary>
    /// Subscribes. The server is asked in the background, again and again until it takes the subscription:
    /// <see cref="WhenSubscribedAsync"/> tells when messages arrive from.
    /// </summary>
    /// <inheritdoc/>
    public IDisposable Subscribe(Action<CacheInvalidation> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ImmutableInterlocked.Update(ref _handlers, static (list, one) => list.Add(one), handler);
        _subscription.Start();
        return new Handler(this, handler);
    }

    /// <summary>Completes when the server delivers messages to this backplane; waits for that as long as the connect time-out says.</summary>
    /// <exception cref="CacheStoreException">
    /// The server did not take the subscription in that time. It is still tried: calling this again waits on.
    /// </exception>
    public Task WhenSubscribedAsync(CancellationToken cancellationToken) => _subscription.WhenHeldAsync(cancellationToken);

    /// <summary>Ends all subscriptions, and the attempts to subscribe.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            _handlers = [];
            await _subscription.DisposeAsync().ConfigureAwait(false);
            await _release().ConfigureAwait(false);
        }
    }

    internal static RedisBackplane Share(SharedRedisConnection shared, TimeProvider timeProvider) =>
        new(shared.Acquire(), timeProvider, shared.ReleaseAsync);

    private void OnMessage(RedisValue message)
    {
        var bytes = ((ReadOnlyMemory<byte>)message).Span;
        if (bytes.Length >= SenderLength && !bytes[..SenderLength].SequenceEqual(_sender))
        {
            Raise(CacheInvalidationFormat.Read(bytes[SenderLength..]));
        }
    }

    // Messages and gaps come from different threads; handlers are promised one call at a time.
    private void Raise(CacheInvalidation invalidation)
    {
        lock (_raising)
        {
            foreach (var handler in _handlers)
            {
                handler(invalidation);
            }
        }
    }

    private sealed class Handler(RedisBackplane backplane, Action<CacheInvalidation> handler) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref backplane._handlers, static (list, one) => list.Remove(one), handler);
    }
}
