using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// Publishes to one exchange, on a channel of its own: a missing exchange or a refused message closes the channel, and with it
/// everything that is in flight on it. One writer takes requests in order; after a lost channel what was not confirmed is sent
/// again first, under the same message ids.
/// </summary>
internal sealed partial class RabbitMqOutbox : IAsyncDisposable
{
    private static readonly TimeSpan s_watch = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestRefusal = TimeSpan.FromSeconds(30);

    private readonly string _exchange;
    private readonly RabbitMqLink _link;
    private readonly RabbitMqOptions _options;
    private readonly Durability _level;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Channel<PublishRequest?> _incoming = System.Threading.Channels.Channel.CreateUnbounded<PublishRequest?>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<PublishRequest> _again = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _writer;
    private BasicProperties _properties = new();
    private RabbitMqPublishChannel? _channel;
    private int _careful;
    private TimeSpan _refusalLimit = s_watch;
    private readonly ITimer _watchdog;

    public RabbitMqOutbox(string exchange, RabbitMqLink link, RabbitMqOptions options, Durability level, TimeProvider time, ILogger logger)
    {
        _exchange = exchange;
        _link = link;
        _options = options;
        _level = level;
        _time = time;
        _logger = logger;

        // A null among the requests is a nudge: look whether the channel is closed, or open and silent.
        _watchdog = time.CreateTimer(static state => ((RabbitMqOutbox)state!).Nudge(), this, s_watch, s_watch);
        _writer = Task.Run(RunAsync);
    }

    public void Send(PublishRequest request)
    {
        if (!_incoming.Writer.TryWrite(request))
        {
            request.Fail(new BrokerUnavailableException("The RabbitMQ transport is closed.", DeliveryOutcome.NotSent, request.MessageId, null));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _watchdog.DisposeAsync().ConfigureAwait(false);
        _incoming.Writer.TryComplete();
        await _closing.CancelAsync().ConfigureAwait(false);
        await _writer.ConfigureAwait(false);
        _closing.Dispose();
    }

    [LoggerMessage(10, LogLevel.Warning, "The publishing channel of exchange {Exchange} was closed ({Reason}); {Count} messages are sent again")]
    private static partial void LogLost(ILogger logger, string exchange, string reason, int count);

    [LoggerMessage(11, LogLevel.Error, "Publishing to exchange {Exchange} failed in an unforeseen way; the channel is opened anew")]
    private static partial void LogUnforeseen(ILogger logger, Exception exception, string exchange);

    [LoggerMessage(12, LogLevel.Warning, "Everything that is published to exchange {Exchange} is refused; the publishing channel is opened anew")]
    private static partial void LogRefused(ILogger logger, string exchange);

    private async Task RunAsync()
    {
        while (!_closing.IsCancellationRequested)
        {
            try
            {
                await WriteAsync().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                break;
            }
            catch (Exception exception)
            {
                if (exception is not MessagingException)
                {
                    LogUnforeseen(_logger, exception, _exchange);
                }

                await LoseChannelAsync(exception as MessagingException).ConfigureAwait(false);
            }
        }

        FailAll(new BrokerUnavailableException("The RabbitMQ transport was closed before the message was confirmed.", DeliveryOutcome.Unknown, null, null));
        if (_channel is { } channel)
        {
            await CloseAsync(channel.Channel).ConfigureAwait(false);
        }
    }

    private async Task WriteAsync()
    {
        while (true)
        {
            if (_channel is { IsOpen: false })
            {
                // At once, not with the next message: health tells the truth about an idle publisher too.
                await ReopenAsync().ConfigureAwait(false);
                continue;
            }

            if (_again.TryDequeue(out var request) || _incoming.Reader.TryRead(out request))
            {
                if (request is null)
                {
                    await LookAtChannelAsync().ConfigureAwait(false);
                }
                else if (!request.IsAbandoned)
                {
                    await PublishAsync(request).ConfigureAwait(false);
                }

                continue;
            }

            // Idle until there is a message, or a nudge to look at the channel.
            if (!await _incoming.Reader.WaitToReadAsync(_closing.Token).ConfigureAwait(false))
            {
                throw new OperationCanceledException(_closing.Token);
            }
        }
    }

    // Once a second, not with each message: that would cost a look at the clock and the channel's lock.
    private async ValueTask LookAtChannelAsync()
    {
        if (_channel is { } silent && IsStuck(silent))
        {
            _link.Break(silent.Connection, null); // open, but nothing is confirmed: rabbitmq-dotnet-client issue 1930
            await ReopenAsync().ConfigureAwait(false);
        }
        else if (_channel is { } refused && refused.IsRefusedFor(_refusalLimit))
        {
            // A channel of the server can keep to a replica that has died, and then refuses for good; a new one asks who leads now.
            // Where it is refused too (a full queue), the next one comes later.
            _refusalLimit = TimeSpan.FromTicks(Math.Min(_refusalLimit.Ticks * 2, s_longestRefusal.Ticks));
            LogRefused(_logger, _exchange);
            await ReopenAsync().ConfigureAwait(false);
        }
        else if (_channel is { AnsweredAny: true } taken && !taken.IsRefusedFor(TimeSpan.Zero))
        {
            _refusalLimit = s_watch;
        }
    }

    private async Task ReopenAsync()
    {
        await LoseChannelAsync(null).ConfigureAwait(false);
        _channel = await OpenAsync().ConfigureAwait(false);
    }

    private async Task PublishAsync(PublishRequest request)
    {
        var channel = _channel;
        if (channel is null)
        {
            try
            {
                _channel = channel = await OpenAsync().ConfigureAwait(false);
            }
            catch
            {
                _again.Enqueue(request);
                for (var i = _again.Count - 1; i > 0; i--)
                {
                    _again.Enqueue(_again.Dequeue()); // back to the front
                }

                throw;
            }
        }

        if (!request.TryMarkSent())
        {
            return;
        }

        var routingKey = RabbitMqHeaders.RoutingKey(request, out var keyInHeader);
        RabbitMqHeaders.Fill(_properties, request, keyInHeader);
        channel.Add(request);
        var publish = channel.Channel.BasicPublishAsync(_exchange, routingKey, mandatory: true, _properties, request.Body, _closing.Token);
        if (!publish.IsCompletedSuccessfully)
        {
            await WaitForAsync(publish, channel).ConfigureAwait(false);
        }

        if (_careful > 0 && _channel == channel)
        {
            await WaitForConfirmAsync(channel).ConfigureAwait(false);
        }
    }

    // One at a time: when the server closes the channel again, it is known for whose sake.
    private async Task WaitForConfirmAsync(RabbitMqPublishChannel channel)
    {
        var empty = channel.WhenEmptyAsync();
        while (!empty.IsCompleted && channel.IsOpen && !IsStuck(channel))
        {
            await Task.WhenAny(empty, Task.Delay(s_watch, _time, _closing.Token)).ConfigureAwait(false);
            _closing.Token.ThrowIfCancellationRequested();
            LetGoOfAbandoned();
        }

        _careful -= channel.IsOpen && empty.IsCompleted ? 1 : 0;
    }

    // A server that has said that it takes no messages for now (memory or disk alarm) is not stuck.
    private bool IsStuck(RabbitMqPublishChannel channel) => !_link.IsBlocked && channel.IsStuck(_options.RequestTimeout * 2, _link.UnblockedAt);

    private async Task WaitForAsync(ValueTask publish, RabbitMqPublishChannel channel)
    {
        try
        {
            await WrittenAsync(publish.AsTask(), channel).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_closing.IsCancellationRequested)
        {
            // Still being written perhaps: its properties are not ours any more. The message itself is noted and sent again.
            _properties = new BasicProperties();
            if (exception is TimeoutException)
            {
                _link.Break(channel.Connection, exception);
            }

            await LoseChannelAsync(null).ConfigureAwait(false);
        }
    }

    private async Task WrittenAsync(Task writing, RabbitMqPublishChannel channel)
    {
        var start = _time.GetTimestamp();
        while (true)
        {
            try
            {
                await writing.WaitAsync(s_watch, _time, _closing.Token).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (!writing.IsCompleted)
            {
                LetGoOfAbandoned();
                if (_link.IsBlocked && channel.IsOpen)
                {
                    start = _time.GetTimestamp(); // the server reads nothing until its alarm is over
                }
                else if (_time.GetElapsedTime(start) > _options.RequestTimeout * 2)
                {
                    throw;
                }
            }
        }
    }

    private async Task<RabbitMqPublishChannel> OpenAsync()
    {
        // Waits as long as it takes: meanwhile the core ends what is overdue. Only refusals come out of here.
        var opening = _link.OpenChannelAsync(new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false), patient: true, _closing.Token).AsTask();
        while (await Task.WhenAny(opening, Task.Delay(s_watch, _time, _closing.Token)).ConfigureAwait(false) != opening && !_closing.IsCancellationRequested)
        {
            LetGoOfAbandoned();
        }

        var (connection, channel) = await opening.ConfigureAwait(false);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            Nudge();
            return Task.CompletedTask;
        };
        return new RabbitMqPublishChannel(connection, channel, _level, _time);
    }

    // Through a long outage or alarm, the bodies of publishes that have timed out must not pile up. Called by the writer alone.
    private void LetGoOfAbandoned()
    {
        for (var i = _again.Count; i > 0; i--)
        {
            Keep(_again.Dequeue());
        }

        while (_incoming.Reader.TryRead(out var request))
        {
            Keep(request);
        }

        void Keep(PublishRequest? request)
        {
            if (request is { IsAbandoned: false })
            {
                _again.Enqueue(request);
            }
        }
    }

    private void Nudge() => _incoming.Writer.TryWrite(null);

    private async Task CloseAsync(IChannel channel)
    {
        try
        {
            await channel.AbortAsync().WaitAsync(_options.RequestTimeout, _time).ConfigureAwait(false);
            channel.Dispose();
        }
        catch (Exception)
        {
            // It is given up either way.
        }
    }
}
