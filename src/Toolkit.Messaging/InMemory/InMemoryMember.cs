using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>A member of a group: fetches from the partitions that belong to it, as far as its window has room.</summary>
/// <remarks>
/// Who publishes leaves a signal, and fetches only where a handler could start and nobody is about to look for one: otherwise
/// handlers fetch when they have run out, many at a time. Signal and hunger are written before the other one is read, with a
/// fence between, so that one of the two sides sees the other.
/// </remarks>
internal sealed class InMemoryMember : ITransportSubscription, IDeliverySource, IThreadPoolWorkItem
{
    private const int BatchSize = 64;
    private const int Idle = 0;
    private const int Running = 1;
    private const int RunAgain = 2;

    private readonly InMemoryGroup _group;
    private readonly Action<InMemoryMember> _left;
    private readonly TransportDelivery[] _batch = new TransportDelivery[BatchSize];
    private readonly int _refillBelow;
    private readonly DeliveryExecutor? _executor;
    private readonly MessageContent?[] _scratch = new MessageContent?[BatchSize];
    private int _signal;
    private int _next;
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
        _executor = sink as DeliveryExecutor;
        if (_executor is not null)
        {
            _executor.Source = this;
        }
    }

    public TransportSubscriptionRequest Request { get; }

    public IDeliverySink Sink { get; }

    /// <summary>Room for what is being fetched; of the one thread that fetches.</summary>
    public MessageContent?[] Scratch => _scratch;

    public bool HasMore => Volatile.Read(ref _signal) != 0;

    private bool IsHungry => _executor is null || _executor.IsHungry;

    public void SetCursors(InMemoryCursor[] cursors)
    {
        Volatile.Write(ref _cursors, cursors);
        Interlocked.Exchange(ref _signal, 1);
        Wake();
    }

    /// <summary>There may be something to fetch. For callers that hold locks: it is fetched on the thread pool.</summary>
    public void Wake()
    {
        Interlocked.Exchange(ref _signal, 1);
        if (TryClaim())
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    /// <summary>
    /// A message was stored, or there is room again. For callers without locks: where it is fetched now, that happens here
    /// (fetching only hands over; handlers run elsewhere).
    /// </summary>
    /// <param name="key">Key of what was stored, null where it has none or is not known.</param>
    public void OnAppended(string? key = null)
    {
        // Who fetches takes the signal back before looking: where it still stands after the fence, what was stored is seen. Not
        // writing it spares the two sides a quarrel about its cache line.
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _signal) == 0)
        {
            Interlocked.Exchange(ref _signal, 1);
        }

        if (_executor is null || _executor.IsHungryFor(key))
        {
            Fetch();
        }
    }

    /// <summary>Fetches on the calling thread, unless another one is at it: then that one goes round again.</summary>
    public void Fetch()
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
            Interlocked.Exchange(ref _signal, 0);
            while (!_stopped && FetchRound())
            {
                if (!IsHungry)
                {
                    // There may be more: who runs out of work asks for it.
                    Interlocked.Exchange(ref _signal, 1);
                    if (!IsHungry)
                    {
                        break;
                    }
                }
            }
        }
        while (Interlocked.CompareExchange(ref _state, Idle, Running) != Running);
    }

    /// <summary>A message has left the window; <paramref name="underLock"/> says whether the caller holds a lock.</summary>
    public void OnSettled(bool underLock)
    {
        // Fetching starts again when an eighth of the window is free, not for each message.
        if (Interlocked.Decrement(ref _out) > _refillBelow || !_starved)
        {
            return;
        }

        _starved = false;
        if (underLock)
        {
            Wake();
        }
        else
        {
            OnAppended();
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
        var cursors = Volatile.Read(ref _cursors);
        for (var i = 0; i < cursors.Length; i++)
        {
            // Goes on where the last round ended: a window that is always full must not be filled from the first ones alone.
            if (++_next >= cursors.Length)
            {
                _next = 0;
            }

            var cursor = cursors[_next];
            if (!cursor.MayHaveMore)
            {
                continue;
            }

            var room = Math.Min(BatchSize, Request.MaxInFlight - Volatile.Read(ref _out));
            if (room <= 0)
            {
                _starved = true;
                Interlocked.MemoryBarrier();
                if (Volatile.Read(ref _out) > _refillBelow)
                {
                    _next--;
                    return false;
                }

                _starved = false; // settled meanwhile, perhaps before the flag could be seen
                room = Math.Min(BatchSize, Request.MaxInFlight - Volatile.Read(ref _out));
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
