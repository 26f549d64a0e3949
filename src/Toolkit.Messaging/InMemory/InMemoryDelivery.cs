using System.Diagnostics.CodeAnalysis;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>A message that is out at a member. It takes room there until the one moment in which it is settled or taken back.</summary>
internal sealed class InMemoryDelivery : TransportDelivery
{
    private readonly InMemoryCursor _cursor;

    [SetsRequiredMembers]
    public InMemoryDelivery(InMemoryCursor cursor, InMemoryMember member, DeliveryLease lease, MessageContent content, int attempt)
        : base(content, lease)
    {
        _cursor = cursor;
        Member = member;
        Attempt = attempt;
    }

    public InMemoryMember Member { get; }

    // What is out forms a list; owned by the cursor, under its lock.
    public bool IsOut { get; set; }

    public InMemoryDelivery? PreviousOut { get; set; }

    public InMemoryDelivery? NextOut { get; set; }

    public override ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        if (_cursor.Complete(this))
        {
            Member.OnSettled(underLock: false);
        }

        return ValueTask.CompletedTask;
    }

    public override ValueTask AbandonAsync(CancellationToken cancellationToken)
    {
        if (_cursor.Return(this))
        {
            Member.OnSettled(underLock: true);
        }

        return ValueTask.CompletedTask;
    }

    public void RetryLater(TimeSpan delay, int attempt)
    {
        if (_cursor.ReturnLater(this, delay, attempt))
        {
            Member.OnSettled(underLock: false);
        }
    }
}
