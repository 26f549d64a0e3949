namespace Toolkit.Messaging.Transport;

/// <summary>What the core asks a transport for.</summary>
public sealed class TransportSubscriptionRequest
{
    /// <summary>Topic (Kafka), exchange (RabbitMQ).</summary>
    public required string Topic { get; init; }

    /// <summary>Group: each group gets every message, its members share them.</summary>
    public required string Group { get; init; }

    /// <summary>The order that is demanded.</summary>
    public required Ordering Ordering { get; init; }

    /// <summary>Most unsettled deliveries at a time.</summary>
    public required int MaxInFlight { get; init; }

    /// <summary>Most messages between the lowest unsettled offset of a partition and the highest delivered one.</summary>
    public required int MaxUncommittedGap { get; init; }

    /// <summary>Where a group without a position starts.</summary>
    public required StartPosition Start { get; init; }

    /// <summary>Longest time that one handler call takes.</summary>
    public required TimeSpan MaxHandlerDuration { get; init; }

    /// <summary>Longest time to wait for running handlers when a partition is taken away.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>Topic for messages that failed for good, which must exist when the subscription is in place; null for none.</summary>
    public required string? DeadLetterTopic { get; init; }

    /// <summary>Group that holds dead letters where a broker stores messages by group (a queue); null for none.</summary>
    public required string? DeadLetterGroup { get; init; }

    /// <summary>Whether to declare, verify or leave alone what the subscription needs.</summary>
    public required TopologyMode Topology { get; init; }
}
