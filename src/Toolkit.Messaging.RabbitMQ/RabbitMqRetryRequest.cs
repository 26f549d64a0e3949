using System.Globalization;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>A failed message on its way into a delay queue, through the default exchange.</summary>
internal sealed class RabbitMqRetryRequest : PublishRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _abandoned;

    public RabbitMqRetryRequest(string queue, TransportDelivery delivery, int attempt, TimeProvider time)
    {
        Destination = new Destination(string.Empty, queue);
        MessageId = delivery.MessageId ?? string.Empty;
        Key = delivery.Key;
        Body = delivery.Body;
        ContentType = delivery.ContentType;
        TraceParent = delivery.TraceParent;
        TraceState = delivery.TraceState;
        Timestamp = delivery.Timestamp == default ? time.GetUtcNow() : delivery.Timestamp;
        Headers = new MessageHeaders(delivery.Headers) { { RabbitMqHeaders.Attempt, attempt.ToString(CultureInfo.InvariantCulture) } };
    }

    public Task Done => _done.Task;

    public override bool IsAbandoned => _abandoned;

    public override bool TryMarkSent() => !_abandoned;

    public override void Succeed(Durability level, int? partition, long? offset) => _done.TrySetResult();

    public override void Fail(MessagingException error) => _done.TrySetException(error);

    public void Abandon() => _abandoned = true;
}
