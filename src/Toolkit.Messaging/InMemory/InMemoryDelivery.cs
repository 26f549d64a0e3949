using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class InMemoryDelivery(InMemoryCursor cursor, InMemoryMember member, StoredMessage stored) : TransportDelivery
{
    public StoredMessage Stored => stored;

    public override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        cursor.Complete(this);
        member.OnSettled();
        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(CancellationToken cancellationToken)
    {
        cursor.Return(this);
        member.OnSettled();
        return ValueTask.CompletedTask;
    }

    public void RetryLater(TimeSpan delay, int attempt)
    {
        cursor.ReturnLater(this, delay, attempt);
        member.OnSettled();
    }
}
