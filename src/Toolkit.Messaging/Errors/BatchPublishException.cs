namespace Toolkit.Messaging;

/// <summary>Some messages of a batch were not acknowledged.</summary>
public sealed class BatchPublishException : MessagingException
{
    internal BatchPublishException(Destination to, BatchReceipt receipt)
        : base(Describe(to, receipt), Worst(receipt), receipt.Errors.All(e => e is null or MessagingException { IsTransient: true }), messageId: null, receipt.Errors.First(e => e is not null)) =>
        Receipt = receipt;

    /// <summary>The outcome of each message.</summary>
    public BatchReceipt Receipt { get; }

    private static string Describe(Destination to, BatchReceipt receipt) =>
        FormattableString.Invariant($"{receipt.Errors.Count(e => e is not null)} of {receipt.Errors.Count} messages to {to} were not acknowledged; see Receipt.Errors. The first: {receipt.Errors.First(e => e is not null)!.Message}");

    private static DeliveryOutcome Worst(BatchReceipt receipt) => receipt.Errors.Max(e => e switch
    {
        null or ObjectDisposedException => DeliveryOutcome.NotSent,
        MessagingException m => m.Outcome,
        PublishCanceledException c => c.Outcome,
        _ => DeliveryOutcome.Unknown,
    });
}
