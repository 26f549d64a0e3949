namespace Toolkit.Messaging.Spool;

/// <summary>A row of the spool.</summary>
internal sealed record SpooledMessage(long Sequence, Destination Destination, string MessageId, string? Key, byte[] Body, string? ContentType, byte[] Headers, string? TraceParent, string? TraceState, DateTimeOffset Timestamp);
