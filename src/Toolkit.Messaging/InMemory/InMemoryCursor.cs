using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>A group's place in a partition: what it has fetched, what is out, what has to come again. Has a lock of its own.</summary>
internal sealed class InMemoryCursor(InMemoryPartition partition, long position)
{
    private readonly Lock _gate = new();
    private readonly PriorityQueue<(MessageContent Message, int Attempt), long> _again = new();
    private readonly HashSet<ITimer> _timers = [];
    private volatile InMemoryMember? _owner;
    private InMemoryDelivery? _firstOut;
    private int _outCount;
    private long _position = position;

    public InMemoryPartition Partition => partition;

    /// <summary>Offset of the next message that was never fetched.</summary>
    public long Position => Volatile.Read(ref _position);

    /// <summary>The member that the partition belongs to now.</summary>
    public InMemoryMember? Owner => _owner;

    public DeliveryLease? Lease { get; private set; }

    /// <summary>Whether there may be something to fetch; asked without the lock, so that empty partitions cost next to nothing.</summary>
    public bool MayHaveMore => _again.Count > 0 || Position < partition.End;

    public void Assign(InMemoryMember? owner, DeliveryLease? lease)
    {
        lock (_gate)
        {
            Lease = lease;
            _owner = owner;
        }
    }

    /// <summary>Takes up to <paramref name="into"/>.Length messages for <paramref name="member"/>; those that come again first.</summary>
    public int Fetch(InMemoryMember member, Span<TransportDelivery> into)
    {
        var count = 0;
        lock (_gate)
        {
            if (_owner != member || Lease is not { IsClosed: false } lease || !partition.IsAvailable)
            {
                return 0;
            }

            while (count < into.Length && _again.TryDequeue(out var item, out _))
            {
                into[count++] = Out(member, lease, item.Message, item.Attempt);
            }

            if (count < into.Length)
            {
                count += FetchNew(member, lease, into[count..]);
            }
        }

        if (partition.HasWaiting)
        {
            partition.StoreWaiting();
        }

        return count;
    }

    public bool Complete(InMemoryDelivery delivery)
    {
        lock (_gate)
        {
            return Take(delivery);
        }
    }

    public bool Return(InMemoryDelivery delivery)
    {
        lock (_gate)
        {
            if (!Take(delivery))
            {
                return false;
            }

            Again(delivery);
        }

        _owner?.Wake();
        return true;
    }

    public bool ReturnLater(InMemoryDelivery delivery, TimeSpan delay, int attempt)
    {
        lock (_gate)
        {
            if (!Take(delivery))
            {
                return false;
            }

            var entry = new Later(this, delivery.Content, attempt);
            entry.Timer = partition.Time.CreateTimer(static state => ((Later)state!).Due(), entry, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _timers.Add(entry.Timer);
            entry.Timer.Change(delay, Timeout.InfiniteTimeSpan);
            return true;
        }
    }

    /// <summary>The partition is taken from its owner: all that was out comes again, and takes no room there any more.</summary>
    public void ReturnAll()
    {
        var members = new List<InMemoryMember>();
        lock (_gate)
        {
            while (_firstOut is { } delivery)
            {
                Unlink(delivery);
                Again(delivery);
                members.Add(delivery.Member);
            }
        }

        foreach (var member in members)
        {
            member.OnSettled(underLock: true);
        }
    }

    public long Lag()
    {
        lock (_gate)
        {
            return partition.End - Position + _outCount + _again.Count + _timers.Count;
        }
    }

    // Under the lock; the partition's own is held for the copying alone.
    private int FetchNew(InMemoryMember member, DeliveryLease lease, Span<TransportDelivery> into)
    {
        var messages = member.Scratch.AsSpan(0, into.Length);
        var count = partition.Read(_position, messages);
        for (var i = 0; i < count; i++)
        {
            into[i] = Out(member, lease, messages[i]!, 1);
            messages[i] = null;
        }

        Volatile.Write(ref _position, _position + count);
        return count;
    }

    private bool Take(InMemoryDelivery delivery)
    {
        if (!delivery.IsOut || delivery.Lease != Lease)
        {
            return false;
        }

        Unlink(delivery);
        return true;
    }

    private void Link(InMemoryDelivery delivery)
    {
        delivery.IsOut = true;
        delivery.NextOut = _firstOut;
        if (_firstOut is not null)
        {
            _firstOut.PreviousOut = delivery;
        }

        _firstOut = delivery;
        _outCount++;
    }

    private void Unlink(InMemoryDelivery delivery)
    {
        delivery.IsOut = false;
        if (delivery.PreviousOut is { } previous)
        {
            previous.NextOut = delivery.NextOut;
        }
        else
        {
            _firstOut = delivery.NextOut;
        }

        if (delivery.NextOut is { } next)
        {
            next.PreviousOut = delivery.PreviousOut;
        }

        delivery.PreviousOut = delivery.NextOut = null;
        _outCount--;
    }

    private void Again(InMemoryDelivery delivery) =>
        _again.Enqueue((delivery.Content, delivery.Started ? delivery.CurrentAttempt + 1 : delivery.CurrentAttempt), delivery.Offset.GetValueOrDefault());

    private InMemoryDelivery Out(InMemoryMember member, DeliveryLease lease, MessageContent message, int attempt)
    {
        var delivery = new InMemoryDelivery(this, member, lease, message, attempt);
        Link(delivery);
        return delivery;
    }

    private void Due(Later entry)
    {
        lock (_gate)
        {
            _timers.Remove(entry.Timer);
            _again.Enqueue((entry.Message, entry.Attempt), entry.Message.Offset.GetValueOrDefault());
        }

        entry.Timer.Dispose();
        _owner?.Wake();
    }

    private sealed class Later(InMemoryCursor cursor, MessageContent message, int attempt)
    {
        public MessageContent Message => message;

        public int Attempt => attempt;

        public ITimer Timer { get; set; } = null!;

        public void Due() => cursor.Due(this);
    }
}
