namespace Toolkit.Messaging.Transport;

/// <summary>
/// What a message carries, apart from a delivery's own state: the in-memory broker keeps it once, for every delivery of it to
/// every group. Not changed after it was filled.
/// </summary>
internal sealed class MessageContent
{
    public string Topic { get; set; } = string.Empty;

    public ReadOnlyMemory<byte> Body { get; set; }

    public string? Key { get; set; }

    public string? MessageId { get; set; }

    public string? ContentType { get; set; }

    public MessageHeaders Headers { get; set; } = MessageHeaders.Empty;

    public string? TraceParent { get; set; }

    public string? TraceState { get; set; }

    public DateTimeOffset Timestamp { get; set; }

    public int? Partition { get; set; }

    public long? Offset { get; set; }
}
