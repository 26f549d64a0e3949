using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class InMemoryDelivery(InMemoryCursor cursor, InMemoryMember member, StoredMessage stored) : TransportDelivery
{
    public StoredMessage Stored => stored;

    // What is out forms a list; owned by the cursor, under its partition's lock.
    public bool IsOut { get; set; }

    public InMemoryDelivery? PreviousOut { get; set; }

    public InMemoryDelivery? NextOut { get; set; }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        cursor.Complete(this);
        member.OnSettled(underLock: false);
        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(CancellationToken cancellationToken)
    {
        cursor.Return(this);
        member.OnSettled(underLock: true);
        return ValueTask.CompletedTask;
    }

    public void RetryLater(TimeSpan delay, int attempt)
    {
        cursor.ReturnLater(this, delay, attempt);
        member.OnSettled(underLock: false);
    }
}
