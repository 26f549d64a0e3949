using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>A message that is out at a member. It takes room there until the one moment in which it is settled or taken back.</summary>
internal sealed class InMemoryDelivery(InMemoryCursor cursor, InMemoryMember member, StoredMessage stored) : TransportDelivery
{
    public StoredMessage Stored => stored;

    public InMemoryMember Member => member;

    // What is out forms a list; owned by the cursor, under its lock.
    public bool IsOut { get; set; }

    public InMemoryDelivery? PreviousOut { get; set; }

    public InMemoryDelivery? NextOut { get; set; }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (cursor.Complete(this))
        {
            member.OnSettled(underLock: false);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(CancellationToken cancellationToken)
    {
        if (cursor.Return(this))
        {
            member.OnSettled(underLock: true);
        }

        return ValueTask.CompletedTask;
    }

    public void RetryLater(TimeSpan delay, int attempt)
    {
        if (cursor.ReturnLater(this, delay, attempt))
        {
            member.OnSettled(underLock: false);
        }
    }
}
