using System.Globalization;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>Publishes what was given up, as it came, with the failure in headers.</summary>
internal sealed class DeadLetterWriter(IMessagePublisher publisher, SubscriptionOptions options, TimeProvider time)
{
    private const int MaxReason = 1024;

    public async ValueTask WriteAsync(TransportDelivery delivery, Failure failure)
    {
        var headers = new MessageHeaders(delivery.Headers)
        {
            { DeadLetterHeaders.Topic, delivery.Topic },
            { DeadLetterHeaders.Group, options.Group },
            { DeadLetterHeaders.Kind, failure.Kind },
            { DeadLetterHeaders.Reason, failure.Reason.Length <= MaxReason ? failure.Reason : failure.Reason[..MaxReason] },
            { DeadLetterHeaders.Attempts, delivery.CurrentAttempt.ToString(CultureInfo.InvariantCulture) },
            { DeadLetterHeaders.Time, time.GetUtcNow().ToString("O", CultureInfo.InvariantCulture) },
        };
        if (failure.Error is { } error)
        {
            headers.Add(DeadLetterHeaders.ExceptionType, error.GetType().FullName ?? error.GetType().Name);
        }

        if (delivery is { Partition: { } partition, Offset: { } offset })
        {
            headers.Add(DeadLetterHeaders.Position, FormattableString.Invariant($"{partition}@{offset}"));
        }

        await publisher.PublishAsync(options.DeadLetterTopic, new OutboundMessage(delivery.Body)
        {
            Key = delivery.Key,
            MessageId = delivery.MessageId,
            ContentType = delivery.ContentType,
            Headers = headers,
            Timestamp = delivery.Timestamp == default ? null : delivery.Timestamp,
        }).ConfigureAwait(false);
    }
}
