using System.Collections.Immutable;
using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

/// <summary>
/// A backplane over Redis publish/subscribe. Messages reach the other processes within milliseconds while they are connected; after
/// a lost connection the subscribers are told <see cref="CacheInvalidation.Everything"/>, because messages may have passed by.
/// </summary>
public sealed class RedisBackplane : ICacheBackplane
{
    private const int SenderLength = 16;

    private readonly RedisConnection _connection;
    private readonly Func<ValueTask> _release;
    private readonly RedisKeys _keys;
    private readonly byte[] _sender = Guid.NewGuid().ToByteArray();
    private readonly SemaphoreSlim _subscribing = new(1);
    private ImmutableList<Action<CacheInvalidation>> _handlers = [];
    private ChannelMessageQueue? _queue;
    private IConnectionMultiplexer? _multiplexer;
    private volatile bool _disposed;

    /// <summary>Creates a backplane over a connection that others use too; the caller disposes that.</summary>
    public RedisBackplane(RedisConnection connection)
        : this(connection, static () => ValueTask.CompletedTask)
    {
    }

    private RedisBackplane(RedisConnection connection, Func<ValueTask> release)
    {
        ArgumentNullException.ThrowIfNull(connection);
        _connection = connection;
        _release = release;
        _keys = new RedisKeys(connection.Options.KeyPrefix);
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
    /// Subscribes. The connection is made in the background: <see cref="WhenSubscribedAsync"/> tells when messages arrive from.
    /// </summary>
    /// <inheritdoc/>
    public IDisposable Subscribe(Action<CacheInvalidation> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        ImmutableInterlocked.Update(ref _handlers, static (list, one) => list.Add(one), handler);
        _ = ObserveAsync(WhenSubscribedAsync(CancellationToken.None));
        return new Subscription(this, handler);
    }

    /// <summary>Completes when the server delivers messages to this backplane.</summary>
    /// <exception cref="CacheStoreException">The server can't be reached.</exception>
    public async Task WhenSubscribedAsync(CancellationToken cancellationToken)
    {
        await _subscribing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_queue is not null || _disposed)
            {
                return;
            }

            _multiplexer = await _connection.GetMultiplexerAsync(cancellationToken).ConfigureAwait(false);
            _multiplexer.ConnectionRestored -= OnConnectionRestored;
            _multiplexer.ConnectionRestored += OnConnectionRestored;
            _queue = await _multiplexer.GetSubscriber().SubscribeAsync(_keys.Channel).ConfigureAwait(false);
            _queue.OnMessage(message => OnMessage(message.Message));
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException)
        {
            throw RedisConnection.Translate(exception);
        }
        finally
        {
            _subscribing.Release();
        }
    }

    /// <summary>Ends all subscriptions.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _handlers = [];
        if (_multiplexer is { } multiplexer)
        {
            multiplexer.ConnectionRestored -= OnConnectionRestored;
        }

        if (_queue is { } queue)
        {
            try
            {
                await queue.UnsubscribeAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is RedisException or RedisTimeoutException or ObjectDisposedException)
            {
                // The server is away: it has forgotten the subscription with the connection.
            }
        }

        await _release().ConfigureAwait(false);
    }

    internal static RedisBackplane Share(SharedRedisConnection shared) => new(shared.Acquire(), shared.ReleaseAsync);

    private static async Task ObserveAsync(Task subscribing)
    {
        try
        {
            await subscribing.ConfigureAwait(false);
        }
        catch (CacheStoreException)
        {
            // The multiplexer goes on connecting; its success is the next occasion to subscribe.
        }
    }

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs e)
    {
        if (_queue is null)
        {
            // The server was away when the subscription was tried first.
            _ = ObserveAsync(WhenSubscribedAsync(CancellationToken.None));
        }

        if (e.ConnectionType == ConnectionType.Subscription)
        {
            Raise(CacheInvalidation.Everything);
        }
    }

    private void OnMessage(RedisValue message)
    {
        var bytes = ((ReadOnlyMemory<byte>)message).Span;
        if (bytes.Length < SenderLength || bytes[..SenderLength].SequenceEqual(_sender))
        {
            return;
        }

        Raise(CacheInvalidationFormat.Read(bytes[SenderLength..]));
    }

    private void Raise(CacheInvalidation invalidation)
    {
        foreach (var handler in _handlers)
        {
            handler(invalidation);
        }
    }

    private sealed class Subscription(RedisBackplane backplane, Action<CacheInvalidation> handler) : IDisposable
    {
        public void Dispose() =>
            ImmutableInterlocked.Update(ref backplane._handlers, static (list, one) => list.Remove(one), handler);
    }
}
