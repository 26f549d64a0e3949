using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <content>What becomes of the messages of a channel that is lost: sent again, or refused, all of them or the one that it was for.</content>
internal sealed partial class RabbitMqOutbox
{
    private async Task LoseChannelAsync(MessagingException? refusal)
    {
        var channel = _channel;
        _channel = null;
        var left = channel?.Close() ?? [];
        var reason = channel?.Channel.CloseReason;
        var error = refusal ?? (ConcernsAll(reason) ? RabbitMqErrors.OfShutdown(reason!, $"Publishing to exchange {_exchange}") : null);
        if (error is not null)
        {
            FailRefused(left, error, channel?.AnsweredAny == true);
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

        while (_again.TryDequeue(out var request))
        {
            request.Fail(Copy(error, request.MessageId, error.Outcome));
        }

        // These never left.
        while (_incoming.Reader.TryRead(out var waiting))
        {
            waiting?.Fail(Copy(error, waiting.MessageId, error.Outcome == DeliveryOutcome.Unknown ? DeliveryOutcome.NotSent : error.Outcome));
        }
    }

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
}
