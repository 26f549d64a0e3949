using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>A received message and what is known about it. Immutable.</summary>
/// <typeparam name="T">Type that the body was deserialised to.</typeparam>
public sealed class MessageContext<T>
{
    private readonly TransportDelivery _delivery;

    internal MessageContext(T message, TransportDelivery delivery, string group)
    {
        Message = message;
        _delivery = delivery;
        Group = group;
        Attempt = delivery.CurrentAttempt;
    }

    /// <summary>The message.</summary>
    public T Message { get; }

    /// <summary>Group of the subscription.</summary>
    public string Group { get; }

    /// <summary>Topic (Kafka), exchange (RabbitMQ).</summary>
    public string Topic => _delivery.Topic;

    /// <summary>Key, or null.</summary>
    public string? Key => _delivery.Key;

    /// <summary>Identifier given by the publisher; the same in each delivery of the message. Null from foreign publishers.</summary>
    public string? MessageId => _delivery.MessageId;

    /// <summary>The publisher's headers.</summary>
    public MessageHeaders Headers => _delivery.Headers;

    /// <summary>The body as it came.</summary>
    public ReadOnlyMemory<byte> Body => _delivery.Body;

    /// <summary>Media type of the body, or null.</summary>
    public string? ContentType => _delivery.ContentType;

    /// <summary>When the message was made.</summary>
    public DateTimeOffset Timestamp => _delivery.Timestamp;

    /// <summary>Partition, where there are partitions.</summary>
    public int? Partition => _delivery.Partition;

    /// <summary>Offset in the partition, or null.</summary>
    public long? Offset => _delivery.Offset;

    /// <summary>Which attempt this is: 1 for the first. At least once means that 1 doesn't prove that it is the first.</summary>
    public int Attempt { get; }
}
