namespace Toolkit.Messaging;

/// <summary>The broker refused the message (a negative acknowledgement).</summary>
public sealed class BrokerRejectedException : MessagingException
{
    /// <summary>Makes the exception with the outcome that goes with it (<see cref="DeliveryOutcome.Rejected"/>).</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public BrokerRejectedException(string message, string? messageId = null, Exception? innerException = null)
        : this(message, DeliveryOutcome.Rejected, messageId, innerException)
    {
    }

    /// <summary>Makes the exception with another outcome.</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="outcome">What is known about the message.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    public BrokerRejectedException(string message, DeliveryOutcome outcome, string? messageId, Exception? innerException)
        : base(message, outcome, isTransient: true, messageId, innerException)
    {
    }
}
