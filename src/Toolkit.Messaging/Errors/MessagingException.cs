namespace Toolkit.Messaging;

/// <summary>Base of what goes wrong with messages. Texts never contain credentials.</summary>
public abstract class MessagingException : Exception
{
    /// <summary>Makes an exception with everything that is known.</summary>
    /// <param name="message">What was wrong, where, and what to do about it.</param>
    /// <param name="outcome">What is known about the message.</param>
    /// <param name="isTransient">Whether the same call may succeed later.</param>
    /// <param name="messageId">The message, where there is one.</param>
    /// <param name="innerException">The client's own exception.</param>
    protected MessagingException(string message, DeliveryOutcome outcome, bool isTransient, string? messageId, Exception? innerException)
        : base(message, innerException)
    {
        Outcome = outcome;
        IsTransient = isTransient;
        MessageId = messageId;
    }

    /// <summary>What is known about the message.</summary>
    public DeliveryOutcome Outcome { get; }

    /// <summary>Whether the same call may succeed later without anything being changed.</summary>
    public bool IsTransient { get; }

    /// <summary>Identifier of the message, where there is one.</summary>
    public string? MessageId { get; }
}
