using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
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
            if (_channel is { } lost && (!lost.IsOpen || IsStuck(lost)))
            {
                if (lost.IsOpen)
                {
                    _link.Break(lost.Connection, null); // open, but nothing is confirmed: rabbitmq-dotnet-client issue 1930
                }

                await LoseChannelAsync(null).ConfigureAwait(false);

                // At once, not with the next message: health tells the truth about an idle publisher too.
                _channel = await OpenAsync().ConfigureAwait(false);
                continue;
            }

            if (_again.TryDequeue(out var request) || _incoming.Reader.TryRead(out request))
            {
                if (request is { IsAbandoned: false })
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
        }

        _careful -= channel.IsOpen && empty.IsCompleted ? 1 : 0;
    }

    // A server that has said that it takes no messages for now (memory or disk alarm) is not stuck.
    private bool IsStuck(RabbitMqPublishChannel channel) => !_link.IsBlocked && channel.IsStuck(_options.RequestTimeout * 2);

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
        while (true)
        {
            try
            {
                await writing.WaitAsync(_options.RequestTimeout * 2, _time, _closing.Token).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (_link.IsBlocked && channel.IsOpen && !writing.IsCompleted)
            {
                // The server reads nothing until its alarm is over.
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

        var channel = await opening.ConfigureAwait(false);
        var connection = await _link.GetAsync(patient: true, _closing.Token).ConfigureAwait(false);
        channel.ChannelShutdownAsync += (_, _) =>
        {
            Nudge();
            return Task.CompletedTask;
        };
        return new RabbitMqPublishChannel(connection, channel, _level, _time);
    }

    // Through a long outage, the bodies of publishes that have timed out must not pile up. Called by the writer alone.
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

    private async Task LoseChannelAsync(MessagingException? refusal)
    {
        var channel = _channel;
        _channel = null;
        var left = channel?.Close() ?? [];
        var reason = channel?.Channel.CloseReason;
        var error = refusal ?? (ConcernsAll(reason) ? RabbitMqErrors.OfShutdown(reason!, $"Publishing to exchange {_exchange}") : null);
        if (error is not null)
        {
            FailRefused(left, error, channel?.ConfirmedAny == true);
        }
        else if (left.Count > 0)
        {
            if (IsRefusal(reason))
            {
                FindCulprit(left, reason!);
            }

            SendAgain(left, reason?.ReplyText);
        }

        if (channel is not null)
        {
            await CloseAsync(channel.Channel).ConfigureAwait(false);
        }
    }

    // The exchange is missing, or closed to this user; a refusal for a routing key ("access to topic") concerns one message.
    private static bool ConcernsAll(ShutdownEventArgs? reason) =>
        reason is { ReplyCode: RabbitMqErrors.NotFound } || (reason is { ReplyCode: RabbitMqErrors.AccessRefused } && !reason.ReplyText.Contains("access to topic", StringComparison.Ordinal));

    // The server closes a channel, or the connection, for one message's sake and doesn't say for which (a header that it can't
    // read, a routing key that is forbidden).
    private static bool IsRefusal(ShutdownEventArgs? reason) => reason is
    {
        Initiator: ShutdownInitiator.Peer,
        ReplyCode: RabbitMqErrors.AccessRefused or RabbitMqErrors.PreconditionFailed or RabbitMqErrors.ContentTooLarge or (>= RabbitMqErrors.FrameError and <= RabbitMqErrors.UnexpectedFrame) or RabbitMqErrors.NotImplemented or RabbitMqErrors.InternalError,
    };

    // Alone it is found. Several are sent again one at a time until it is alone: that costs a round trip each, and only then.
    private void FindCulprit(List<PublishRequest> left, ShutdownEventArgs reason)
    {
        if (left.Count > 1)
        {
            _careful = left.Count;
            return;
        }

        var culprit = left[0];
        left.Clear();
        _careful = Math.Max(0, _careful - 1);
        var text = $"RabbitMQ refused message {culprit.MessageId} to {culprit.Destination}: {reason.ReplyText}";
        culprit.Fail(TooLargeForServer(reason.ReplyText, culprit) ?? (MessagingException)(reason.ReplyCode == RabbitMqErrors.AccessRefused
            ? new AuthorizationException(text, culprit.MessageId)
            : new BrokerRejectedException(text, culprit.MessageId)));
    }

    // What was sent to this exchange is refused, and so is what waits for it; what comes later asks anew.
    private void FailRefused(List<PublishRequest> left, MessagingException error, bool confirmedAny)
    {
        foreach (var request in left)
        {
            request.Fail(Copy(error, request.MessageId, confirmedAny ? DeliveryOutcome.Unknown : error.Outcome));
        }

        FailAll(error);
    }

    private void FailAll(MessagingException error)
    {
        if (_channel is { } channel)
        {
            foreach (var request in channel.Close())
            {
                request.Fail(Copy(error, request.MessageId, error.Outcome));
            }
        }

        while (_again.TryDequeue(out var request) || _incoming.Reader.TryRead(out request))
        {
            request?.Fail(Copy(error, request.MessageId, error.Outcome));
        }
    }

    private void Nudge() => _incoming.Writer.TryWrite(null);

    private void SendAgain(List<PublishRequest> left, string? reason)
    {
        LogLost(_logger, _exchange, reason ?? "no answer", left.Count);
        var rest = _again.ToArray();
        _again.Clear();
        foreach (var request in left.Concat(rest))
        {
            if (TooLargeForServer(reason, request) is { } error)
            {
                request.Fail(error);
            }
            else
            {
                _again.Enqueue(request);
            }
        }
    }

    // "message size 200 is larger than configured max size 100": only that one is refused, its neighbours are sent again.
    private static MessageTooLargeException? TooLargeForServer(string? reason, PublishRequest request)
    {
        const string Marker = "configured max size ";
        var at = reason?.IndexOf(Marker, StringComparison.Ordinal) ?? -1;
        if (at < 0)
        {
            return null;
        }

        var digits = reason.AsSpan(at + Marker.Length);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return int.TryParse(end < 0 ? digits : digits[..end], out var max) && request.Body.Length > max
            ? new MessageTooLargeException(FormattableString.Invariant($"Message {request.MessageId} has {request.Body.Length} bytes; the server takes at most {max}. Set RabbitMqOptions.MaxMessageBytes to that."), DeliveryOutcome.Rejected, request.MessageId, null)
            : null;
    }

    private static MessagingException Copy(MessagingException error, string messageId, DeliveryOutcome outcome) => error switch
    {
        DestinationNotFoundException => new DestinationNotFoundException(error.Message, outcome, messageId, null),
        AuthenticationException => new AuthenticationException(error.Message, outcome, messageId, null),
        AuthorizationException => new AuthorizationException(error.Message, outcome, messageId, null),
        _ => new BrokerUnavailableException(error.Message, outcome, messageId, error),
    };

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
