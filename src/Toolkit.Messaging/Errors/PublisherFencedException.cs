namespace Toolkit.Messaging;

/// <summary>A newer producer took over this producer's identity: this one must not publish any more.</summary>
public sealed class PublisherFencedException : MessagingException
{
    /// <summary>Makes the exception with the outcome that goes with it (<see cref="DeliveryOutcome.Rejected"/>).</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public PublisherFencedException(string message, string? messageId = null, Exception? innerException = null)
        : this(message, DeliveryOutcome.Rejected, messageId, innerException)
    {
    }

    /// <summary>Makes the exception with another outcome.</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="outcome">What is known about the message.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public PublisherFencedException(string message, DeliveryOutcome outcome, string? messageId, Exception? innerException)
        : base(message, outcome, isTransient: false, messageId, innerException)
    {
    }
}
