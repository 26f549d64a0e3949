using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>Handles one delivery: calls the handler, decides by the retry policy, settles, dead-letters, reports.</summary>
internal abstract partial class DeliveryProcessor
{
    private readonly SubscriptionOptions _options;
    private readonly DeadLetterWriter _deadLetters;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly bool _brokerDelays;
    private readonly KeyValuePair<string, object?> _system;
    private readonly KeyValuePair<string, object?> _topic;
    private readonly KeyValuePair<string, object?> _group;

    protected DeliveryProcessor(SubscriptionOptions options, IMessageTransport transport, DeadLetterWriter deadLetters, TimeProvider time, ILogger logger)
    {
        _options = options;
        _deadLetters = deadLetters;
        _time = time;
        _logger = logger;
        _brokerDelays = options.Ordering == Ordering.None && transport.Capabilities.DelayedRetry;
        _system = new(MessagingDiagnostics.TagTransport, transport.Name);
        _topic = new(MessagingDiagnostics.TagDestination, options.Topic);
        _group = new(MessagingDiagnostics.TagGroup, options.Group);
    }

    /// <summary>The transport's side, known once it has subscribed; deliveries come earlier only in the same call.</summary>
    public Task<ITransportSubscription> Subscription { get; set; } = null!;

    public async ValueTask<DeliveryResult> ProcessAsync(TransportDelivery delivery, HandlerSlot slot)
    {
        if (!delivery.Lease.TryEnter())
        {
            Count("dropped"); // the right to it was lost before it was handled: the broker delivers it again
            return DeliveryResult.Left;
        }

        try
        {
            if (delivery.Doom is null && delivery.Attempt <= _options.Retry.MaxDeliveries)
            {
                return await HandleAsync(delivery, slot).ConfigureAwait(false);
            }

            delivery.Doom ??= new Failure("redelivered", FormattableString.Invariant($"Delivered {delivery.Attempt} times without being settled; RetryOptions.MaxDeliveries is {_options.Retry.MaxDeliveries}."), null);
            return await DeadLetterAsync(delivery).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A settlement that failed: the broker delivers the message again.
            LogSettlementFailed(_logger, exception, delivery.MessageId, _options.Topic, _options.Group);
            Count("settlement_failed");
            return DeliveryResult.Left;
        }
        finally
        {
            delivery.Lease.Exit();
        }
    }

    public async Task GiveBackAsync(TransportDelivery delivery)
    {
        Count("given_back");
        if (!delivery.Lease.CanSettle)
        {
            return;
        }

        try
        {
            await delivery.AbandonAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            LogSettlementFailed(_logger, exception, delivery.MessageId, _options.Topic, _options.Group);
        }
    }

    public void OnReceived(int count)
    {
        if (MessagingDiagnostics.Received.Enabled)
        {
            MessagingDiagnostics.Received.Add(count, _system, _topic, _group);
        }

        if (MessagingDiagnostics.InFlight.Enabled)
        {
            MessagingDiagnostics.InFlight.Add(count, _system, _topic, _group);
        }
    }

    public void OnLeft()
    {
        if (MessagingDiagnostics.InFlight.Enabled)
        {
            MessagingDiagnostics.InFlight.Add(-1, _system, _topic, _group);
        }
    }

    protected abstract ValueTask<Settlement> InvokeAsync(TransportDelivery delivery, CancellationToken cancellationToken);

    private async ValueTask<DeliveryResult> HandleAsync(TransportDelivery delivery, HandlerSlot slot)
    {
        delivery.Started = true;
        var startedAt = _time.GetTimestamp();
        var token = slot.Begin(delivery, startedAt);
        using var activity = StartActivity(delivery);
        Settlement settlement;
        Exception? error = null;
        try
        {
            settlement = await InvokeAsync(delivery, token).ConfigureAwait(false);
        }
        catch (UnreadableBodyException exception)
        {
            error = exception.Reason;
            delivery.Doom = new Failure("deserialization", error.Message, error);
            settlement = Settlement.DeadLetter(error.Message);
        }
        catch (Exception exception)
        {
            error = exception;
            settlement = Settlement.Retry();
        }

        var reason = slot.End();
        ReportRun(activity, startedAt, settlement, error);
        if (!delivery.Lease.CanSettle)
        {
            Count("stale");
            return DeliveryResult.Left;
        }

        if (settlement.Kind == SettlementKind.Complete && error is null)
        {
            await delivery.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
            Count("completed");
            return DeliveryResult.Left;
        }

        return reason == CancelReason.Stopping
            ? DeliveryResult.GiveBack
            : await FailAsync(delivery, settlement, error, reason).ConfigureAwait(false);
    }

    private async ValueTask<DeliveryResult> FailAsync(TransportDelivery delivery, Settlement settlement, Exception? error, CancelReason reason)
    {
        var attempt = delivery.CurrentAttempt;
        var text = settlement.Reason ?? (reason == CancelReason.TooLong ? FormattableString.Invariant($"The handler took longer than MaxHandlerDuration ({_options.MaxHandlerDuration.TotalSeconds} s).") : error?.Message) ?? "The handler asked for a retry.";
        LogHandlerFailed(_logger, error, delivery.MessageId, _options.Topic, _options.Group, attempt, text);
        if (settlement.Kind == SettlementKind.DeadLetter)
        {
            delivery.Doom ??= new Failure("rejected", text, error);
            return await DeadLetterAsync(delivery).ConfigureAwait(false);
        }

        if (attempt >= _options.Retry.MaxAttempts)
        {
            delivery.Doom = new Failure("attempts", text, error);
            return await DeadLetterAsync(delivery).ConfigureAwait(false);
        }

        var delay = settlement.Delay ?? _options.Retry.DelayBefore(attempt + 1);
        delivery.FailedRuns++;
        delivery.Started = false;
        if (_brokerDelays && attempt >= _options.Retry.LaneAttempts)
        {
            try
            {
                var subscription = await Subscription.ConfigureAwait(false);
                await subscription.RetryLaterAsync(delivery, delay, attempt + 1, CancellationToken.None).ConfigureAwait(false);
                Count("retried");
                return DeliveryResult.Left;
            }
            catch (MessagingException exception)
            {
                LogRetryKept(_logger, exception, delivery.MessageId, _options.Topic, _options.Group);
            }
        }

        return DeliveryResult.Park(delay);
    }

    // The dead letter is acknowledged before the original is settled; while that fails, the message stays and its lane waits.
    private async ValueTask<DeliveryResult> DeadLetterAsync(TransportDelivery delivery)
    {
        if (_options.DeadLetter.Enabled)
        {
            try
            {
                await _deadLetters.WriteAsync(delivery, delivery.Doom!).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is MessagingException or ObjectDisposedException)
            {
                LogDeadLetterFailed(_logger, exception, delivery.MessageId, _options.DeadLetterTopic);
                Count("dead_letter_failed");
                return DeliveryResult.Park(_options.Retry.DelayBefore(2) + TimeSpan.FromMilliseconds(1));
            }
        }

        if (!delivery.Lease.CanSettle)
        {
            Count("stale");
            return DeliveryResult.Left;
        }

        await delivery.CompleteAsync(CancellationToken.None).ConfigureAwait(false);
        var outcome = _options.DeadLetter.Enabled ? "dead_lettered" : "discarded";
        LogGivenUp(_logger, delivery.Doom!.Error, delivery.MessageId, _options.Topic, _options.Group, outcome, delivery.Doom.Reason);
        Count(outcome);
        return DeliveryResult.Left;
    }
}
