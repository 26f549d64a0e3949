using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>A message in a partition's log; its own copy of everything that the publisher could change.</summary>
internal sealed class StoredMessage(PublishRequest request, long offset)
{
    public long Offset { get; } = offset;

    public byte[] Body { get; } = request.Body.ToArray();

    public string MessageId { get; } = request.MessageId;

    public string? Key { get; } = request.Key;

    public string? ContentType { get; } = request.ContentType;

    public MessageHeaders Headers { get; } = request.Headers.Count == 0 ? MessageHeaders.Empty : MessageHeaders.FromOwned([.. request.Headers.Select(h => new MessageHeader(h.Name, h.Value.ToArray()))]);

    public string? TraceParent { get; } = request.TraceParent;

    public string? TraceState { get; } = request.TraceState;

    public DateTimeOffset Timestamp { get; } = request.Timestamp;
}
