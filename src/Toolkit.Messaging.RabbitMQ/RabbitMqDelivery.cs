using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>A delivery on one life of a channel. After that life its tag would hit another message: the settlement is dropped.</summary>
internal sealed class RabbitMqDelivery(RabbitMqConsumerChannel channel, ulong tag) : TransportDelivery
{
    public ulong Tag => tag;

    // Links of the channel's list of open deliveries, under its lock.
    public RabbitMqDelivery? Previous { get; set; }

    public RabbitMqDelivery? Next { get; set; }

    public bool IsOutstanding { get; set; }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        channel.Complete(this);
        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(CancellationToken cancellationToken)
    {
        channel.Abandon(this);
        return ValueTask.CompletedTask;
    }
}
