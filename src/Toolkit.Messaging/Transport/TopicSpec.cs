namespace Toolkit.Messaging.Transport;

/// <summary>A topic (Kafka), exchange (RabbitMQ) as an application wants it.</summary>
public sealed class TopicSpec
{
    private TopologyMode? _mode;

    /// <summary>A topic named <paramref name="name"/>.</summary>
    /// <param name="name">Name.</param>
    public TopicSpec(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        Name = name;
    }

    /// <summary>Name.</summary>
    public string Name { get; }

    /// <summary>Number of partitions; null for the broker's default. Ignored by brokers without partitions.</summary>
    public int? Partitions { get; set; }

    /// <summary>Number of replicas; null for the broker's default. Ignored where the broker decides.</summary>
    public int? Replicas { get; set; }

    /// <summary>Whether to declare, verify or leave alone.</summary>
    /// <value>In an application <see cref="MessagingOptions.Topology"/>, otherwise <see cref="TopologyMode.Declare"/>.</value>
    public TopologyMode Mode
    {
        get => _mode ?? DefaultMode;
        set => _mode = value;
    }

    /// <summary>Settings in the broker's own terms (a topic's configuration, an exchange's arguments).</summary>
    public IDictionary<string, string> Native { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal TopologyMode DefaultMode { get; set; } = TopologyMode.Declare;
}
