namespace Toolkit.Messaging;

/// <summary>What the broker has (queue type, arguments, partitions) differs from what was declared.</summary>
public sealed class TopologyMismatchException : MessagingException
{
    /// <summary>Makes the exception with the outcome that goes with it (<see cref="DeliveryOutcome.NotSent"/>).</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public TopologyMismatchException(string message, string? messageId = null, Exception? innerException = null)
        : this(message, DeliveryOutcome.NotSent, messageId, innerException)
    {
    }

    /// <summary>Makes the exception with another outcome.</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="outcome">What is known about the message.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public TopologyMismatchException(string message, DeliveryOutcome outcome, string? messageId, Exception? innerException)
        : base(message, outcome, isTransient: false, messageId, innerException)
    {
    }
}
