namespace Toolkit.Messaging;

/// <summary>The proof that a message was accepted, and how firmly.</summary>
/// <param name="MessageId">Identifier of the message: the caller's, or a generated one.</param>
/// <param name="Level">What the acknowledgement stands for.</param>
/// <param name="Partition">Partition that the message was stored in, where the broker has partitions and says so.</param>
/// <param name="Offset">Position in the partition, where the broker says so.</param>
public readonly record struct PublishReceipt(string MessageId, Durability Level, int? Partition, long? Offset);
