namespace Toolkit.Messaging;

/// <summary>How the in-memory broker behaves.</summary>
public sealed class InMemoryBrokerOptions
{
    internal const int DefaultPartitions = 8;
    internal const int DefaultMaxMessageBytes = 16 * 1024 * 1024;
    internal const int DefaultCapacity = 100_000;
    internal const int DefaultRetained = 2_000;

    /// <summary>Partitions of a topic that doesn't say how many.</summary>
    /// <value>8.</value>
    public int Partitions { get; set; } = DefaultPartitions;

    /// <summary>Largest body, in bytes.</summary>
    /// <value>16 MiB.</value>
    public int MaxMessageBytes { get; set; } = DefaultMaxMessageBytes;

    /// <summary>
    /// Most messages of a partition that its slowest group has not fetched yet (all of them, while there is no group). Then
    /// publishing waits, up to <see cref="PublisherOptions.DeliveryTimeout"/>: memory stays bounded.
    /// </summary>
    /// <value>100,000.</value>
    public int CapacityPerPartition { get; set; } = DefaultCapacity;

    /// <summary>Messages of a partition that are kept for groups to come, after all groups have fetched them.</summary>
    /// <value>2,000: what is kept longer costs collections time.</value>
    public int RetainedPerPartition { get; set; } = DefaultRetained;

    /// <summary>Whether publishing to a topic makes it; otherwise that fails with <see cref="DestinationNotFoundException"/>.</summary>
    /// <value>True.</value>
    public bool AutoCreateTopics { get; set; } = true;

    internal void Validate()
    {
        OptionsCheck.Require(Partitions is >= 1 and <= 10_000, "InMemoryBrokerOptions.Partitions", Partitions, "1 to 10,000");
        OptionsCheck.Require(MaxMessageBytes >= 1, "InMemoryBrokerOptions.MaxMessageBytes", MaxMessageBytes, "at least 1");
        OptionsCheck.Require(CapacityPerPartition >= 1, "InMemoryBrokerOptions.CapacityPerPartition", CapacityPerPartition, "at least 1");
        OptionsCheck.Require(RetainedPerPartition >= 0, "InMemoryBrokerOptions.RetainedPerPartition", RetainedPerPartition, "0 or more");
    }
}
