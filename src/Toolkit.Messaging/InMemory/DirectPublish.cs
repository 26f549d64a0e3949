using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>What is stored of a publish.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="MessageId">Identifier.</param>
/// <param name="Key">Key, or null.</param>
/// <param name="Body">The caller's bytes, or a buffer that is used again: to be copied.</param>
/// <param name="ContentType">Media type, or null.</param>
/// <param name="Headers">The caller's headers: to be copied.</param>
/// <param name="TraceParent">W3C <c>traceparent</c>, or null.</param>
/// <param name="TraceState">W3C <c>tracestate</c>, or null.</param>
/// <param name="Timestamp">When the message was made.</param>
internal readonly record struct DirectPublish(
    string Topic,
    string MessageId,
    string? Key,
    ReadOnlyMemory<byte> Body,
    string? ContentType,
    MessageHeaders Headers,
    string? TraceParent,
    string? TraceState,
    DateTimeOffset Timestamp)
{
    public static DirectPublish Of(PublishRequest request) => new(
        request.Destination.Name,
        request.MessageId,
        request.Key,
        request.Body,
        request.ContentType,
        request.Headers,
        request.TraceParent,
        request.TraceState,
        request.Timestamp);

    /// <summary>What is kept: a copy of everything that the publisher could change.</summary>
    public MessageContent ToContent(int partition, long offset) => new()
    {
        Topic = Topic,
        Body = Body.ToArray(),
        Key = Key,
        MessageId = MessageId,
        ContentType = ContentType,
        Headers = Headers.Count == 0 ? MessageHeaders.Empty : MessageHeaders.FromOwned([.. Headers.Select(static h => new MessageHeader(h.Name, h.Value.ToArray()))]),
        TraceParent = TraceParent,
        TraceState = TraceState,
        Timestamp = Timestamp,
        Partition = partition,
        Offset = offset,
    };
}
