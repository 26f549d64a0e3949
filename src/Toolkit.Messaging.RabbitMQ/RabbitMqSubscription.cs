using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// A group's consumer: a channel on the consuming connection, made again with its topology when it is lost, when the queue is
/// deleted, or when the server cancels the consumer.
/// </summary>
internal sealed partial class RabbitMqSubscription : ITransportSubscription
{
    private readonly RabbitMqTransport _transport;
    private readonly TransportSubscriptionRequest _request;
    private readonly IDeliverySink _sink;
    private readonly RabbitMqOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _closing = new();
    private readonly ConcurrentDictionary<int, string> _delays = new();
    private readonly string _queue;
    private volatile RabbitMqConsumerChannel? _channel;
    private Task _recovering = Task.CompletedTask;
    private string? _consumerTag;
    private bool? _mayUseBarrier;
    private volatile bool _stopped;
    private int _lost;
    private int _disposed;

    public RabbitMqSubscription(RabbitMqTransport transport, TransportSubscriptionRequest request, IDeliverySink sink, RabbitMqOptions options, TimeProvider time, ILogger logger)
    {
        _transport = transport;
        _request = request;
        _sink = sink;
        _options = options;
        _time = time;
        _logger = logger;
        _queue = options.Group(request.Topic, request.Group).Queue;
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await OpenAsync(patient: false, cancellationToken).ConfigureAwait(false);
        _recovering = Task.Run(RecoverAsync, CancellationToken.None);
    }

    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _disposed) != 0)
        {
            return;
        }

        // A channel that is being opened again would begin to consume: none is, once this has ended.
        _stopped = true;
        _channel?.Stop();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _recovering.WaitAsync(cancellationToken).ConfigureAwait(false);
        var channel = _channel;
        channel?.Stop();

        // Cancelling the consumer of an ordered group would let the next member begin while handlers of the same keys still run
        // here. It stays; what comes, at most MaxInFlight, is left open, and closing the channel returns it in order.
        if (channel is { Lease.CanSettle: true, IsOrdered: false } && _consumerTag is { } tag)
        {
            try
            {
                await channel.Channel.BasicCancelAsync(tag, noWait: false, cancellationToken).WaitAsync(_options.RequestTimeout, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                channel.End(); // it doesn't answer: what is out is delivered again
                LogStopFailed(_logger, exception, _queue);
            }
        }
    }

    public async ValueTask<long?> GetLagAsync(CancellationToken cancellationToken)
    {
        if (_channel is not { Lease.CanSettle: true } channel)
        {
            return null;
        }

        try
        {
            var lag = 0L;
            foreach (var delay in _delays.Values)
            {
                lag += await _transport.Topology.CountAsync(delay, cancellationToken).ConfigureAwait(false);
            }

            // On the consuming channel, behind what the server has sent there. It needs no rights, and exists or is of no use.
            var counting = channel.Channel.QueueDeclarePassiveAsync(_queue, cancellationToken);
            lag += (await counting.WaitAsync(_options.RequestTimeout, _time, cancellationToken).ConfigureAwait(false)).MessageCount;
            if (lag == 0 && (_mayUseBarrier ??= await _transport.Topology.MayUseBarrierAsync(cancellationToken).ConfigureAwait(false)))
            {
                // What left the queue before it was counted is on its way here, or waits in the client: let it arrive.
                await new RabbitMqBarrier(channel.Channel).PassAsync(cancellationToken).WaitAsync(_options.RequestTimeout, _time, cancellationToken).ConfigureAwait(false);
            }

            return lag + channel.Unsettled;
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    public async ValueTask RetryLaterAsync(TransportDelivery delivery, TimeSpan delay, int nextAttempt, CancellationToken cancellationToken)
    {
        var milliseconds = RabbitMqTopology.DelayFor(delay);
        if (!_delays.TryGetValue(milliseconds, out var queue))
        {
            queue = await _transport.Topology.EnsureDelayAsync(_queue, milliseconds, cancellationToken).ConfigureAwait(false);
            _delays[milliseconds] = queue;
        }

        try
        {
            await _transport.SendToQueueAsync(new RabbitMqRetryRequest(queue, delivery, nextAttempt, _time), cancellationToken).ConfigureAwait(false);
        }
        catch (UnroutableException)
        {
            _delays.TryRemove(milliseconds, out _); // deleted: declared again with the next attempt
            throw;
        }

        await delivery.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _stopped = true;
        await _closing.CancelAsync().ConfigureAwait(false);
        await _recovering.ConfigureAwait(false);
        if (_channel is { } channel)
        {
            await CloseAsync(channel).ConfigureAwait(false);
        }

        _transport.Forget(this);
        _closing.Dispose();
    }

    [LoggerMessage(20, LogLevel.Warning, "Consuming from queue {Queue} was interrupted; it starts again")]
    private static partial void LogInterrupted(ILogger logger, string queue);

    [LoggerMessage(21, LogLevel.Warning, "Consuming from queue {Queue} could not be started again; another attempt follows")]
    private static partial void LogNotYet(ILogger logger, Exception exception, string queue);

    [LoggerMessage(22, LogLevel.Warning, "The consumer of queue {Queue} could not be cancelled in order")]
    private static partial void LogStopFailed(ILogger logger, Exception exception, string queue);

    private async Task OpenAsync(bool patient, CancellationToken cancellationToken)
    {
        await _transport.Topology.EnsureGroupAsync(_request, cancellationToken).ConfigureAwait(false);
        var (_, channel) = await _transport.Consuming.OpenChannelAsync(null, patient, cancellationToken).ConfigureAwait(false);
        var consumer = new RabbitMqConsumerChannel(channel, _request, _sink, _lost);
        try
        {
            await channel.BasicQosAsync(0, (ushort)_request.MaxInFlight, global: false, cancellationToken).WaitAsync(_options.RequestTimeout, _time, cancellationToken).ConfigureAwait(false);
            _channel = consumer;
            _consumerTag = await channel.BasicConsumeAsync(_queue, autoAck: false, consumer, cancellationToken).WaitAsync(_options.RequestTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            await CloseAsync(consumer).ConfigureAwait(false);
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw RabbitMqErrors.OfRequest(exception, $"Consuming from queue {_queue}", _options);
        }
    }

    private async Task RecoverAsync()
    {
        var token = _closing.Token;
        try
        {
            while (true)
            {
                await _channel!.Ended.WaitAsync(token).ConfigureAwait(false);
                if (_stopped)
                {
                    return;
                }

                LogInterrupted(_logger, _queue);
                _lost++;
                await CloseAsync(_channel!).ConfigureAwait(false);
                await ReopenAsync(token).ConfigureAwait(false);
            }
        }
        catch (Exception) when (token.IsCancellationRequested)
        {
            // Stopped or closed.
        }
        catch (Exception exception)
        {
            // Whatever it was (ConfigureGroup may throw too): nobody consumes any more, and that must not go unnoticed.
            _sink.Fault(exception as MessagingException ?? new BrokerUnavailableException($"Consuming from queue {_queue} could not be started again: {exception.Message}", null, exception));
        }
    }

    private async Task ReopenAsync(CancellationToken token)
    {
        for (var delay = _options.ReconnectDelay; ; delay = delay * 2 < _options.MaxReconnectDelay ? delay * 2 : _options.MaxReconnectDelay)
        {
            try
            {
                await OpenAsync(patient: true, token).ConfigureAwait(false);
                return;
            }
            catch (MessagingException error) when (error is BrokerUnavailableException or DestinationNotFoundException)
            {
                // A queue that is being deleted or has no leader yet comes back; credentials and mismatches don't.
                LogNotYet(_logger, error, _queue);
            }

            await Task.Delay(delay, _time, token).ConfigureAwait(false);
        }
    }

    private async Task CloseAsync(RabbitMqConsumerChannel consumer)
    {
        try
        {
            // Acknowledgements go out before the channel closes: what was completed doesn't come again.
            await consumer.FlushAsync().WaitAsync(_options.RequestTimeout, _time).ConfigureAwait(false);
            consumer.End();
            await consumer.Channel.AbortAsync().WaitAsync(_options.RequestTimeout, _time).ConfigureAwait(false);
            consumer.Channel.Dispose();
        }
        catch (Exception)
        {
            // It is given up either way.
        }
        finally
        {
            consumer.End();
        }
    }
}
