using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

internal sealed class KafkaDelivery(KafkaSubscription subscription, PartitionAssignment assignment, long number) : TransportDelivery
{
    public byte[]? RawKey { get; init; }

    public PartitionAssignment Assignment => assignment;

    public override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        Settle();
        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(CancellationToken cancellationToken)
    {
        // Kafka has no way to hand a single message back: it stays below the watermark, and whoever owns the partition next gets it.
        if (assignment.Tracker.GiveBack())
        {
            subscription.OnSettled();
        }

        return ValueTask.CompletedTask;
    }

    public void Settle()
    {
        if (assignment.Tracker.Settle(number))
        {
            subscription.OnSettled();
        }
        else
        {
            subscription.OnStale();
        }
    }
}
