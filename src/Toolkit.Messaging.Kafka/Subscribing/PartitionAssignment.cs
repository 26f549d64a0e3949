using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>A partition from its assignment to its end: the right to settle, and what was settled.</summary>
internal sealed class PartitionAssignment(TopicPartition partition, DeliveryLease lease, bool isRetry)
{
    public TopicPartition Partition => partition;

    public DeliveryLease Lease => lease;

    /// <summary>Whether it is of the group's retry topic.</summary>
    public bool IsRetry => isRetry;

    public PartitionTracker Tracker { get; } = new();

    /// <summary>Retries that are not due yet. Only the polling thread touches it.</summary>
    public PriorityQueue<KafkaDelivery, long> Held { get; } = new();

    /// <summary>Whether fetching from it is stopped because too much lies behind its watermark. Only the polling thread touches it.</summary>
    public bool IsPaused { get; set; }
}
