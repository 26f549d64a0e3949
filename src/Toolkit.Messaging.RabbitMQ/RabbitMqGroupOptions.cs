namespace Toolkit.Messaging.RabbitMQ;

/// <summary>How the queue of one group is declared and bound; from <see cref="RabbitMqOptions.ConfigureGroup"/>.</summary>
public sealed class RabbitMqGroupOptions
{
    internal const string DefaultBindingKey = "#";

    internal RabbitMqGroupOptions(string topic, string group, RabbitMqQueueType queueType)
    {
        Topic = topic;
        Group = group;
        Queue = $"{topic}.{group}";
        QueueType = queueType;
    }

    /// <summary>The exchange.</summary>
    public string Topic { get; }

    /// <summary>The group.</summary>
    public string Group { get; }

    /// <summary>Name of the queue.</summary>
    /// <value><c>{topic}.{group}</c>.</value>
    public string Queue { get; set; }

    /// <summary>Kind of the queue.</summary>
    /// <value><see cref="RabbitMqOptions.QueueType"/>.</value>
    public RabbitMqQueueType QueueType { get; set; }

    /// <summary>Routing keys or patterns that the queue is bound to the exchange with. One binding each.</summary>
    /// <value><c>#</c>: everything, on a topic exchange.</value>
    public IList<string> BindingKeys { get; } = new List<string> { DefaultBindingKey };

    /// <summary>
    /// Further arguments of the queue in the broker's own terms (<c>x-max-length</c>, <c>x-quorum-initial-group-size</c>,
    /// <c>x-delivery-limit</c>, …). They win over those that the package sets. A queue keeps what it was first declared with.
    /// </summary>
    public IDictionary<string, object?> Arguments { get; } = new Dictionary<string, object?>(StringComparer.Ordinal);
}
