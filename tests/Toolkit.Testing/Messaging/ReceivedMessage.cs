using Toolkit.Messaging;

namespace Toolkit.Testing.Messaging;

/// <summary>What a <see cref="MessageCollector"/> saw of a message.</summary>
public sealed record ReceivedMessage(string Text, byte[] Body, string? Key, string? MessageId, int Attempt, MessageHeaders Headers, int? Partition, string? ContentType, DateTimeOffset Timestamp);
