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

    /// <summary>Number of partitions, at least 1; null for the broker's default. Ignored by brokers without partitions.</summary>
    /// <value>Null.</value>
    public int? Partitions
    {
        get;
        set => field = AtLeastOne(value, nameof(Partitions));
    }

    /// <summary>Number of replicas, at least 1; null for the broker's default. Ignored where the broker decides.</summary>
    /// <value>Null.</value>
    public int? Replicas
    {
        get;
        set => field = AtLeastOne(value, nameof(Replicas));
    }

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

    private int? AtLeastOne(int? value, string setting)
    {
        if (value is { } number)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(number, 1, $"TopicSpec.{setting} of {Name}");
        }

        return value;
    }
}
