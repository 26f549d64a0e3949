using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// One connection, made when it is needed and made again when it is lost. All who need it wait for the same attempt; after
/// wrong credentials nothing is tried for a while, and the error is given out again.
/// </summary>
internal sealed partial class RabbitMqLink(string role, RabbitMqOptions options, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    private static readonly TimeSpan s_refusalPause = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private volatile IConnection? _connection;
    private volatile MessagingException? _failure;
    private long _failedAt;
    private bool _refused;
    private int _failures;
    private volatile BlockedState? _blocked;
    private long _unblockedAt;
    private int _closed;

    /// <summary>Whether the server has said that it takes no messages for now (memory or disk alarm).</summary>
    public bool IsBlocked => _blocked is { } blocked && blocked.Connection == _connection;

    /// <summary>When such a time ended last: until then nothing could be confirmed.</summary>
    public long UnblockedAt => Volatile.Read(ref _unblockedAt);

    public TransportHealth Health
    {
        get
        {
            if (_connection is { IsOpen: true })
            {
                return IsBlocked && _blocked is { } blocked
                    ? new(TransportStatus.Reconnecting, $"RabbitMQ has blocked the {role} connection: {blocked.Reason}")
                    : new(TransportStatus.Connected, $"Connected to RabbitMQ at {options} ({role}).");
            }

            return _failure is { } failure
                ? new(_refused ? TransportStatus.Failed : TransportStatus.Reconnecting, failure.Message)
                : new(_connection is null ? TransportStatus.Idle : TransportStatus.Reconnecting, $"Not connected to RabbitMQ at {options} ({role}).");
        }
    }

    /// <summary>A connection that is open. Tries until it is cancelled; only credentials and permissions end it.</summary>
    public async ValueTask<IConnection> GetAsync(bool patient, CancellationToken cancellationToken)
    {
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        while (true)
        {
            if (_connection is { IsOpen: true } open)
            {
                return open;
            }

            await _connecting.WaitAsync(linked.Token).ConfigureAwait(false);
            try
            {
                return _connection is { IsOpen: true } again ? again : await ConnectAsync(linked.Token).ConfigureAwait(false);
            }
            catch (BrokerUnavailableException) when (patient)
            {
                // Tried again after the pause that the next attempt makes.
            }
            finally
            {
                _connecting.Release();
            }
        }
    }

    /// <summary>A new channel and the connection that it is on, within the request time-out.</summary>
    public async ValueTask<(IConnection Connection, IChannel Channel)> OpenChannelAsync(CreateChannelOptions? channelOptions, bool patient, CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = await GetAsync(patient, cancellationToken).ConfigureAwait(false);
            try
            {
                var channel = await connection.CreateChannelAsync(channelOptions, cancellationToken).WaitAsync(options.RequestTimeout, time, cancellationToken).ConfigureAwait(false);
                return (connection, channel);
            }
            catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // A connection that doesn't open channels is of no use, whatever it says about itself.
                Break(connection, exception);
                if (!patient)
                {
                    throw RabbitMqErrors.OfRequest(exception, "Opening a channel", options);
                }
            }
        }
    }

    /// <summary>Gives a connection up that doesn't answer: everyone on it starts anew on another one.</summary>
    public void Break(IConnection connection, Exception? cause)
    {
        if (Interlocked.CompareExchange(ref _connection!, null, connection) == connection)
        {
            LogBroken(logger, cause, role, options.ToString());
        }

        _ = AbortAsync(connection);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
        {
            return;
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            await AbortAsync(connection).ConfigureAwait(false);
        }
    }

    [LoggerMessage(1, LogLevel.Information, "Connected to RabbitMQ at {Address} ({Role})")]
    private static partial void LogConnected(ILogger logger, string role, string address);

    [LoggerMessage(2, LogLevel.Warning, "The {Role} connection to RabbitMQ at {Address} is lost: {Reason}")]
    private static partial void LogLost(ILogger logger, string role, string address, string reason);

    [LoggerMessage(3, LogLevel.Warning, "The {Role} connection to RabbitMQ at {Address} does not answer and is given up")]
    private static partial void LogBroken(ILogger logger, Exception? exception, string role, string address);

    private async Task AbortAsync(IConnection connection)
    {
        try
        {
            // The client's own close can wait for ever on a connection that is half open.
            await connection.AbortAsync(options.RequestTimeout).WaitAsync(options.RequestTimeout, time).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It is given up either way.
        }

        try
        {
            connection.Dispose();
        }
        catch (Exception)
        {
            // As above.
        }
    }

    private async Task<IConnection> ConnectAsync(CancellationToken cancellationToken)
    {
        if (_failures > 0)
        {
            await PauseAsync(cancellationToken).ConfigureAwait(false);
        }

        Task<IConnection>? connecting = null;
        try
        {
            var factory = CreateFactory();
            connecting = options.Endpoints(factory) is { } endpoints ? factory.CreateConnectionAsync(endpoints, cancellationToken) : factory.CreateConnectionAsync(cancellationToken);
            var connection = await connecting.WaitAsync(options.RequestTimeout, time, cancellationToken).ConfigureAwait(false);
            Watch(connection);
            _failures = 0;
            _failure = null;
            _refused = false;
            _connection = connection;
            if (Volatile.Read(ref _closed) != 0)
            {
                Break(connection, null); // closed meanwhile, by someone who could not know of it
                throw new BrokerUnavailableException("The RabbitMQ transport is closed.");
            }

            LogConnected(logger, role, options.ToString());
            return connection;
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var error = RabbitMqErrors.OfConnect(exception, options);
            _failures++;
            _failedAt = time.GetTimestamp();
            _refused = !error.IsTransient;
            _failure = error;
            throw error;
        }
        finally
        {
            if (connecting is { IsCompletedSuccessfully: false })
            {
                _ = AbandonAsync(connecting);
            }
        }
    }

    // The client may still get there after it was given up: nobody would close that connection.
    private async Task AbandonAsync(Task<IConnection> connecting)
    {
        try
        {
            await AbortAsync(await connecting.ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It did not get there.
        }
    }

    private async ValueTask PauseAsync(CancellationToken cancellationToken)
    {
        if (_refused)
        {
            // No storm: who asks meanwhile gets the same answer.
            if (time.GetElapsedTime(_failedAt) < s_refusalPause)
            {
                throw _failure!;
            }

            return;
        }

        var delay = TimeSpan.FromTicks((long)Math.Min(options.MaxReconnectDelay.Ticks, options.ReconnectDelay.Ticks * Math.Pow(2, Math.Min(_failures - 1, 20))));
        var rest = delay - time.GetElapsedTime(_failedAt);
        if (rest > TimeSpan.Zero)
        {
            await Task.Delay(rest, time, cancellationToken).ConfigureAwait(false);
        }
    }

    private ConnectionFactory CreateFactory()
    {
        var factory = new ConnectionFactory
        {
            Uri = options.Uri,
            ClientProvidedName = options.ClientName is { } name ? $"{name} ({role})" : $"Toolkit.Messaging ({role})",
            RequestedHeartbeat = options.Heartbeat,
            RequestedConnectionTimeout = options.RequestTimeout,
            HandshakeContinuationTimeout = options.RequestTimeout,
            ContinuationTimeout = options.RequestTimeout,
        };
        factory.UserName = options.UserName ?? factory.UserName;
        factory.Password = options.Password ?? factory.Password;
        factory.VirtualHost = options.VirtualHost ?? factory.VirtualHost;
        options.ConfigureConnection?.Invoke(factory);
        factory.AutomaticRecoveryEnabled = false;
        factory.TopologyRecoveryEnabled = false;
        return factory;
    }

    private void Watch(IConnection connection)
    {
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            if (Volatile.Read(ref _closed) == 0)
            {
                _failure ??= new BrokerUnavailableException($"The {role} connection to RabbitMQ at {options} is lost: {reason.ReplyText}");
                LogLost(logger, role, options.ToString(), reason.ReplyText);
            }

            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, args) =>
        {
            _blocked = new BlockedState(connection, args.Reason);
            return Task.CompletedTask;
        };
        connection.ConnectionUnblockedAsync += (_, _) =>
        {
            Volatile.Write(ref _unblockedAt, time.GetTimestamp());
            _blocked = null;
            return Task.CompletedTask;
        };
    }

    private sealed record BlockedState(IConnection Connection, string Reason);
}
