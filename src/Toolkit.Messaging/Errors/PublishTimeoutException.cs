namespace Toolkit.Messaging;

/// <summary>The message was not acknowledged within <see cref="PublisherOptions.DeliveryTimeout"/>.</summary>
public sealed class PublishTimeoutException : MessagingException
{
    /// <summary>Makes the exception with the outcome that goes with it (<see cref="DeliveryOutcome.Unknown"/>).</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public PublishTimeoutException(string message, string? messageId = null, Exception? innerException = null)
        : this(message, DeliveryOutcome.Unknown, messageId, innerException)
    {
    }

    /// <summary>Makes the exception with another outcome.</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="outcome">What is known about the message.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public PublishTimeoutException(string message, DeliveryOutcome outcome, string? messageId, Exception? innerException)
        : base(message, outcome, isTransient: true, messageId, innerException)
    {
    }
}
