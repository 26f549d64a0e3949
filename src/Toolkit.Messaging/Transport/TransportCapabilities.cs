namespace Toolkit.Messaging;

/// <summary>What a broker can do. What it can't is refused at start-up, or is a row in the README's table.</summary>
public sealed record TransportCapabilities
{
    /// <summary>The firmest acknowledgement that the transport is set up for.</summary>
    public required Durability Durability { get; init; }

    /// <summary>Whether a new group can read messages from before it existed.</summary>
    public required bool Replay { get; init; }

    /// <summary>Whether topics have partitions, and receipts and deliveries say which.</summary>
    public required bool Partitions { get; init; }

    /// <summary>Whether several members of a group work side by side while the order of each key is kept.</summary>
    public required bool OrderedScaleOut { get; init; }

    /// <summary>Whether the broker keeps a message and delivers it again later to one group alone.</summary>
    public required bool DelayedRetry { get; init; }

    /// <summary>Whether the broker counts redeliveries, so that a message that kills its process is recognised.</summary>
    public required bool RedeliveryCount { get; init; }

    /// <summary>Whether publishing to a topic that doesn't exist fails with <see cref="DestinationNotFoundException"/>.</summary>
    public required bool DetectsMissingDestination { get; init; }

    /// <summary>Whether publishing what no queue takes fails with <see cref="UnroutableException"/> (otherwise it is kept for later groups).</summary>
    public required bool DetectsUnroutable { get; init; }

    /// <summary>Whether <see cref="Destination.RoutingKey"/> means anything.</summary>
    public required bool RoutingKeys { get; init; }

    /// <summary>Largest body, in bytes, checked before anything is sent; null for no limit known to the client.</summary>
    public required int? MaxMessageBytes { get; init; }
}
