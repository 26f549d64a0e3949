using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>A member of a group: fetches from the partitions that belong to it, as far as its window has room.</summary>
internal sealed class InMemoryMember : ITransportSubscription, IThreadPoolWorkItem
{
    private const int BatchSize = 64;
    private const int Idle = 0;
    private const int Running = 1;
    private const int RunAgain = 2;

    private readonly InMemoryGroup _group;
    private readonly Action<InMemoryMember> _left;
    private readonly TransportDelivery[] _batch = new TransportDelivery[BatchSize];
    private readonly int _refillBelow;
    private InMemoryCursor[] _cursors = [];
    private int _out;
    private int _state;
    private volatile bool _starved;
    private volatile bool _stopped;
    private int _disposed;

    public InMemoryMember(InMemoryGroup group, TransportSubscriptionRequest request, IDeliverySink sink, Action<InMemoryMember> left)
    {
        _left = left;
        _group = group;
        Request = request;
        Sink = sink;
        _refillBelow = request.MaxInFlight - Math.Max(1, request.MaxInFlight / 8);
    }

    public TransportSubscriptionRequest Request { get; }

    public IDeliverySink Sink { get; }

    public void SetCursors(InMemoryCursor[] cursors)
    {
        Volatile.Write(ref _cursors, cursors);
        Wake();
    }

    /// <summary>There may be something to fetch. For callers that hold locks: it is fetched on the thread pool.</summary>
    public void Wake()
    {
        if (TryClaim())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>
    /// As <see cref="Wake"/>, for callers without locks: it is fetched here and now, which saves a hop through the pool for
    /// each message (fetching only hands over; handlers run elsewhere).
    /// </summary>
    public void WakeInline()
    {
        if (TryClaim())
        {
            Execute();
        }
    }

    public void Execute()
    {
        do
        {
            Volatile.Write(ref _state, Running);
            Interlocked.MemoryBarrier();
            while (!_stopped && FetchRound())
            {
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
    }

    public void OnSettled()
    {
        // Fetching starts again when an eighth of the window is free, not for each message.
        if (Interlocked.Decrement(ref _out) <= _refillBelow && _starved)
        {
            _starved = false;
            Wake();
        }
    }

    public ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _stopped = true;
        return ValueTask.CompletedTask;
    }

    public ValueTask<long?> GetLagAsync(CancellationToken cancellationToken) => new(_group.Lag());

    public ValueTask RetryLaterAsync(TransportDelivery delivery, TimeSpan delay, int nextAttempt, CancellationToken cancellationToken)
    {
        ((InMemoryDelivery)delivery).RetryLater(delay, nextAttempt);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        _stopped = true;
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            foreach (var cursor in Volatile.Read(ref _cursors))
            {
                if (cursor.Owner == this)
                {
                    cursor.Lease?.Lose();
                }
            }

            _left(this);
            await _group.LeaveAsync(this).ConfigureAwait(false);
        }
    }

    private bool TryClaim() => Volatile.Read(ref _state) != RunAgain && Interlocked.Exchange(ref _state, RunAgain) == Idle;

    private bool FetchRound()
    {
        var progress = false;
        foreach (var cursor in Volatile.Read(ref _cursors))
        {
            var room = Math.Min(BatchSize, Request.MaxInFlight - Volatile.Read(ref _out));
            if (room <= 0)
            {
                _starved = true;
                Interlocked.MemoryBarrier();
                if (Volatile.Read(ref _out) > _refillBelow)
                {
                    return false;
                }

                _starved = false; // settled meanwhile, perhaps before the flag could be seen
                continue;
            }

            var count = cursor.Fetch(this, _batch.AsSpan(0, room));
            if (count > 0)
            {
                progress = true;
                Interlocked.Add(ref _out, count);
                Sink.Deliver(_batch.AsSpan(0, count));
                Array.Clear(_batch, 0, count);
            }
        }

        return progress;
    }
}
