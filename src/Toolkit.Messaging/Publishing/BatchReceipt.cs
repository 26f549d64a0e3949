namespace Toolkit.Messaging;

/// <summary>The outcome of each message of a batch, in the batch's order.</summary>
public sealed class BatchReceipt
{
    internal BatchReceipt(PublishReceipt?[] receipts, Exception?[] errors)
    {
        Receipts = receipts;
        Errors = errors;
    }

    /// <summary>One entry a message: its receipt, or null where <see cref="Errors"/> says why there is none.</summary>
    public IReadOnlyList<PublishReceipt?> Receipts { get; }

    /// <summary>One entry a message: null where it was accepted, otherwise what went wrong with this message alone.</summary>
    public IReadOnlyList<Exception?> Errors { get; }

    /// <summary>Whether every message was accepted.</summary>
    public bool IsComplete => Errors.All(e => e is null);
}
