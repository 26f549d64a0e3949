using RabbitMQ.Client;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>A delivery on one life of a channel. After that life a settlement would hit another message: it is dropped.</summary>
internal sealed class RabbitMqDelivery(RabbitMqConsumerChannel channel, ulong tag) : TransportDelivery
{
    public override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        channel.OnSettled();
        return Lease.CanSettle ? channel.Channel.BasicAckAsync(tag, multiple: false, cancellationToken) : ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(CancellationToken cancellationToken)
    {
        channel.OnSettled();
        return Lease.CanSettle ? channel.Channel.BasicNackAsync(tag, multiple: false, requeue: true, cancellationToken) : ValueTask.CompletedTask;
    }
}
