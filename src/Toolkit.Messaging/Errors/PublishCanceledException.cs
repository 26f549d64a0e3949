namespace Toolkit.Messaging;

/// <summary>A publish was cancelled; <see cref="Outcome"/> says whether the message may have been stored all the same.</summary>
public sealed class PublishCanceledException : OperationCanceledException
{
    internal PublishCanceledException(DeliveryOutcome outcome, string? messageId, CancellationToken token)
        : base(outcome == DeliveryOutcome.NotSent
            ? "The publish was cancelled before the message was sent."
            : "The publish was cancelled after the message had been sent: it may be stored.", token)
    {
        Outcome = outcome;
        MessageId = messageId;
    }

    /// <summary><see cref="DeliveryOutcome.NotSent"/> or <see cref="DeliveryOutcome.Unknown"/>.</summary>
    public DeliveryOutcome Outcome { get; }

    /// <summary>Identifier of the message.</summary>
    public string? MessageId { get; }
}
