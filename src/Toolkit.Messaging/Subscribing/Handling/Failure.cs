namespace Toolkit.Messaging;

/// <summary>Why a message is given up.</summary>
internal sealed record Failure(string Kind, string Reason, Exception? Error);
