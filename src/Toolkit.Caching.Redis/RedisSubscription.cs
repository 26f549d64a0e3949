using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

/// <summary>
/// The subscription of a backplane. It is tried in the background until it holds, because the multiplexer refuses one while its
/// connection for subscriptions is not up, and does not say when that comes up for the first time.
/// </summary>
internal sealed class RedisSubscription : IAsyncDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly RedisConnection _connection;
    private readonly RedisChannel _channel;
    private readonly TimeProvider _timeProvider;
    private readonly Action<RedisValue> _onMessage;
    private readonly Action _onGap;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? _attempts;
    private bool _disposed;
    private IConnectionMultiplexer? _multiplexer;
    private ChannelMessageQueue? _queue;
    private volatile Exception? _lastFailure;

    /// <param name="connection">Where to subscribe.</param>
    /// <param name="channel">What to.</param>
    /// <param name="timeProvider">The time of the pauses between attempts.</param>
    /// <param name="onMessage">Called for each message, one at a time.</param>
    /// <param name="onGap">Called when messages may have passed by: when the subscription comes to hold, and after each lost connection.</param>
    public RedisSubscription(RedisConnection connection, RedisChannel channel, TimeProvider timeProvider, Action<RedisValue> onMessage, Action onGap)
    {
        _connection = connection;
        _channel = channel;
        _timeProvider = timeProvider;
        _onMessage = onMessage;
        _onGap = onGap;
    }

    /// <summary>Begins the attempts, unless they have begun.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (!_disposed)
            {
                _attempts ??= Task.Run(() => TryUntilHeldAsync(_stop.Token));
            }
        }
    }

    /// <summary>Waits until the server delivers messages, for at most the connection's connect time-out.</summary>
    public async Task WhenHeldAsync(CancellationToken cancellationToken)
    {
        Start();
        try
        {
            await _held.Task.WaitAsync(_connection.ConnectTimeout, _timeProvider, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException exception)
        {
            throw _lastFailure switch
            {
                CacheStoreException failure => failure,
                { } failure => RedisConnection.Translate(failure),
                null => new CacheStoreException($"Redis did not take the subscription within {_connection.ConnectTimeout}; it is still tried.", exception),
            };
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        await _stop.CancelAsync().ConfigureAwait(false);
        if (_attempts is { } attempts)
        {
            await attempts.ConfigureAwait(false);
        }

        _held.TrySetException(new ObjectDisposedException(nameof(RedisBackplane)));
        _ = _held.Task.Exception;
        if (_multiplexer is { } multiplexer)
        {
            multiplexer.ConnectionRestored -= OnConnectionRestored;
        }

        await UnsubscribeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task TryUntilHeldAsync(CancellationToken stop)
    {
        var pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await TryAsync(stop).ConfigureAwait(false);
                _onGap();
                _held.TrySetResult();
                return;
            }
            catch (Exception exception) when (exception is RedisException or RedisTimeoutException or CacheStoreException or ObjectDisposedException)
            {
                _lastFailure = exception;
                await UnsubscribeAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }

            await Task.Delay(pause, _timeProvider, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        }
    }

    private async Task TryAsync(CancellationToken stop)
    {
        var multiplexer = await _connection.GetMultiplexerAsync(stop).ConfigureAwait(false);
        if (_multiplexer is null)
        {
            _multiplexer = multiplexer;
            multiplexer.ConnectionRestored += OnConnectionRestored;
        }

        var subscriber = multiplexer.GetSubscriber();
        if (!subscriber.IsConnected(_channel))
        {
            throw new CacheStoreException("Redis can't be reached: the connection for subscriptions is not up.");
        }

        // Fire and forget, because a subscription that is refused would stay registered without a way to take it back. The ping comes
        // after it on the same connection, so that its answer says whether the subscription has been taken.
        _queue = await subscriber.SubscribeAsync(_channel, CommandFlags.FireAndForget).ConfigureAwait(false);
        _queue.OnMessage(message => _onMessage(message.Message));
        await subscriber.PingAsync().ConfigureAwait(false);
        if (subscriber.SubscribedEndpoint(_channel) is null)
        {
            throw new CacheStoreException("Redis did not take the subscription.");
        }
    }

    private void OnConnectionRestored(object? sender, ConnectionFailedEventArgs e)
    {
        if (e.ConnectionType == ConnectionType.Subscription && _held.Task.IsCompletedSuccessfully)
        {
            _ = TellGapAsync();
        }
    }

    // The multiplexer has sent its subscriptions again before it says that the connection is back, but not waited for the answer. A ping on
    // the same connection comes after them: what is dropped then can't be missed by a message that goes by in between.
    private async Task TellGapAsync()
    {
        try
        {
            await _multiplexer!.GetSubscriber().PingAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            // Lost again, or slow: there was a gap all the same.
        }

        _onGap();
    }

    private async Task UnsubscribeAsync()
    {
        try
        {
            await (Interlocked.Exchange(ref _queue, null)?.UnsubscribeAsync() ?? Task.CompletedTask).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            // The server is away: it has forgotten the subscription with the connection.
        }
    }
}
