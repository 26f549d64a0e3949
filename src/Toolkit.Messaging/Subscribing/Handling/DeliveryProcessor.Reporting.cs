using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <content>Spans, metrics and logs.</content>
internal abstract partial class DeliveryProcessor
{
    [LoggerMessage(1, LogLevel.Warning, "Handling message {MessageId} of {Topic} for {Group} failed at attempt {Attempt}: {Reason}")]
    private static partial void LogHandlerFailed(ILogger logger, Exception? exception, string? messageId, string topic, string group, int attempt, string reason);

    [LoggerMessage(2, LogLevel.Error, "Message {MessageId} of {Topic} is given up for {Group} ({Outcome}): {Reason}")]
    private static partial void LogGivenUp(ILogger logger, Exception? exception, string? messageId, string topic, string group, string outcome, string reason);

    [LoggerMessage(3, LogLevel.Error, "Message {MessageId} could not be written to {DeadLetterTopic}; it is kept and tried again")]
    private static partial void LogDeadLetterFailed(ILogger logger, Exception exception, string? messageId, string deadLetterTopic);

    [LoggerMessage(4, LogLevel.Warning, "Message {MessageId} of {Topic} could not be settled for {Group}; the broker delivers it again")]
    private static partial void LogSettlementFailed(ILogger logger, Exception exception, string? messageId, string topic, string group);

    [LoggerMessage(5, LogLevel.Warning, "Message {MessageId} of {Topic} could not be handed to the broker for a later attempt for {Group}; it is kept here")]
    private static partial void LogRetryKept(ILogger logger, Exception exception, string? messageId, string topic, string group);

    [LoggerMessage(6, LogLevel.Error, "Cancelling the handler of message {MessageId} of {Topic} for {Group}: a callback of its token threw")]
    private static partial void LogCallbackFailed(ILogger logger, Exception exception, string? messageId, string topic, string group);

    /// <summary>What a handler has registered at its token threw: the message is as cancelled as without it.</summary>
    public void OnCallbackFailed(TransportDelivery delivery, Exception exception) =>
        LogCallbackFailed(_logger, exception is AggregateException { InnerExceptions: [var single] } ? single : exception, delivery.MessageId, _options.Topic, _options.Group);

    private Activity? StartActivity(TransportDelivery delivery)
    {
        if (!MessagingDiagnostics.Source.HasListeners())
        {
            return null;
        }

        // Child of and linked to the publish: one trace for those who follow it, the link for those who sample by trace.
        ActivityContext.TryParse(delivery.TraceParent, delivery.TraceState, isRemote: true, out var producer);
        var activity = MessagingDiagnostics.Source.StartActivity($"process {_options.Topic}", ActivityKind.Consumer, producer, links: producer == default ? null : [new ActivityLink(producer)]);
        return activity?.SetTag(MessagingDiagnostics.TagTransport, _system.Value)
            .SetTag(MessagingDiagnostics.TagDestination, _options.Topic)
            .SetTag(MessagingDiagnostics.TagGroup, _options.Group)
            .SetTag("messaging.operation.type", "process")
            .SetTag("messaging.message.id", delivery.MessageId)
            .SetTag("messaging.message.body.size", delivery.Body.Length)
            .SetTag("messaging.delivery.attempt", delivery.CurrentAttempt);
    }

    private void ReportRun(Activity? activity, long startedAt, Settlement settlement, Exception? error)
    {
        var outcome = error is not null ? "failed" : settlement.Kind switch
        {
            SettlementKind.Complete => "completed",
            SettlementKind.Retry => "retry",
            _ => "rejected",
        };
        if (activity is not null && outcome != "completed")
        {
            activity.SetStatus(ActivityStatusCode.Error, outcome).SetTag("error.type", error?.GetType().Name ?? outcome);
        }

        if (MessagingDiagnostics.HandlerAttempts.Enabled)
        {
            MessagingDiagnostics.HandlerAttempts.Add(1, [_system, _topic, _group, new(MessagingDiagnostics.TagOutcome, outcome)]);
        }

        if (MessagingDiagnostics.HandlerDuration.Enabled)
        {
            MessagingDiagnostics.HandlerDuration.Record(_time.GetElapsedTime(startedAt).TotalSeconds, _system, _topic, _group);
        }
    }

    private void Count(string outcome)
    {
        if (MessagingDiagnostics.Settled.Enabled)
        {
            MessagingDiagnostics.Settled.Add(1, [_system, _topic, _group, new(MessagingDiagnostics.TagOutcome, outcome)]);
        }
    }
}
