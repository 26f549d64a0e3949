namespace Toolkit.Messaging;

/// <summary>Headers that a dead letter carries besides the original's.</summary>
public static class DeadLetterHeaders
{
    /// <summary>Topic that the message was published to.</summary>
    public const string Topic = "x-failed-topic";

    /// <summary>Partition and offset, <c>3@1234</c>, where there are partitions.</summary>
    public const string Position = "x-failed-position";

    /// <summary>Group that gave the message up.</summary>
    public const string Group = "x-failed-group";

    /// <summary><c>attempts</c>, <c>rejected</c> (by the handler), <c>deserialization</c>, or <c>redelivered</c> (too often, without an answer).</summary>
    public const string Kind = "x-failed-kind";

    /// <summary>Text of the reason; at most 1,024 characters.</summary>
    public const string Reason = "x-failed-reason";

    /// <summary>Type of the exception, where there was one.</summary>
    public const string ExceptionType = "x-failed-exception";

    /// <summary>Number of attempts made.</summary>
    public const string Attempts = "x-failed-attempts";

    /// <summary>When it was given up, ISO 8601.</summary>
    public const string Time = "x-failed-at";
}
