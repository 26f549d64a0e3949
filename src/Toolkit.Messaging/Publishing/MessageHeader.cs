namespace Toolkit.Messaging;

/// <summary>One header: a name and bytes.</summary>
/// <param name="Name">Name; compared ordinally.</param>
/// <param name="Value">Value; text is UTF-8.</param>
public readonly record struct MessageHeader(string Name, ReadOnlyMemory<byte> Value);
