namespace Toolkit.Messaging;

/// <summary>A message in a partition's log; its own copy of everything that the publisher could change.</summary>
internal sealed class StoredMessage(in DirectPublish message, long offset)
{
    public long Offset { get; } = offset;

    public byte[] Body { get; } = message.Body.ToArray();

    public string MessageId { get; } = message.MessageId;

    public string? Key { get; } = message.Key;

    public string? ContentType { get; } = message.ContentType;

    public MessageHeaders Headers { get; } = message.Headers.Count == 0 ? MessageHeaders.Empty : MessageHeaders.FromOwned([.. message.Headers.Select(static h => new MessageHeader(h.Name, h.Value.ToArray()))]);

    public string? TraceParent { get; } = message.TraceParent;

    public string? TraceState { get; } = message.TraceState;

    public DateTimeOffset Timestamp { get; } = message.Timestamp;
}
