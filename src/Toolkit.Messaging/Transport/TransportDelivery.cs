using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Messaging.Transport;

/// <summary>
/// One delivery of a message. A transport derives from it and implements settlement; exactly one settlement is called for each
/// delivery whose lease is still held, none afterwards.
/// </summary>
public abstract partial class TransportDelivery
{
    /// <summary>A delivery whose message the initializer describes.</summary>
    protected TransportDelivery() => Content = new MessageContent();

    // The content is shared: an initializer must not describe it once more.
    [SetsRequiredMembers]
#pragma warning disable CS8618 // the topic is the content's
    private protected TransportDelivery(MessageContent content, DeliveryLease lease) => (Content, Lease) = (content, lease);
#pragma warning restore CS8618

    /// <summary>The right to settle this delivery.</summary>
    public required DeliveryLease Lease { get; init; }

    /// <summary>Topic that the message was published to.</summary>
    public required string Topic
    {
        get => Content.Topic;
        init => Content.Topic = value;
    }

    /// <summary>The body; stays valid and unchanged (a transport copies out of buffers that its client reuses).</summary>
    public required ReadOnlyMemory<byte> Body
    {
        get => Content.Body;
        init => Content.Body = value;
    }

    /// <summary>Key, or null.</summary>
    public string? Key
    {
        get => Content.Key;
        init => Content.Key = value;
    }

    /// <summary>Identifier given by the publisher, or null from foreign publishers.</summary>
    public string? MessageId
    {
        get => Content.MessageId;
        init => Content.MessageId = value;
    }

    /// <summary>Media type of the body, or null.</summary>
    public string? ContentType
    {
        get => Content.ContentType;
        init => Content.ContentType = value;
    }

    /// <summary>The publisher's headers, without those that the transport or its client added.</summary>
    public MessageHeaders Headers
    {
        get => Content.Headers;
        init => Content.Headers = value;
    }

    /// <summary>W3C <c>traceparent</c>, or null.</summary>
    public string? TraceParent
    {
        get => Content.TraceParent;
        init => Content.TraceParent = value;
    }

    /// <summary>W3C <c>tracestate</c>, or null.</summary>
    public string? TraceState
    {
        get => Content.TraceState;
        init => Content.TraceState = value;
    }

    /// <summary>When the message was made, or the default value from foreign publishers.</summary>
    public DateTimeOffset Timestamp
    {
        get => Content.Timestamp;
        init => Content.Timestamp = value;
    }

    /// <summary>Partition, where there are partitions. Strict order is kept within it.</summary>
    public int? Partition
    {
        get => Content.Partition;
        init => Content.Partition = value;
    }

    /// <summary>Offset in the partition, or null.</summary>
    public long? Offset
    {
        get => Content.Offset;
        init => Content.Offset = value;
    }

    /// <summary>Which attempt at the message this is, as far as the broker can tell: 1 for the first.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Settles the message for its group: it is not delivered again.</summary>
    /// <param name="cancellationToken">Gives up; the message may be delivered again.</param>
    /// <returns>A task that completes when the settlement was handed to the client (Kafka commits on its own schedule).</returns>
    public abstract ValueTask CompleteAsync(CancellationToken cancellationToken);

    /// <summary>Gives the message back, for this group to see it again soon. A transport that can't leaves it unsettled.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that completes when that was handed to the client.</returns>
    public abstract ValueTask AbandonAsync(CancellationToken cancellationToken);
}
