using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// Runs handlers: takes deliveries in order, puts those that depend on each other in lanes, and keeps at most
/// <see cref="SubscriptionOptions.MaxConcurrency"/> of them running.
/// </summary>
/// <remarks>
/// The ready queue holds deliveries that may run now: those without a lane, and the head of each lane. When a head is done its
/// lane puts the next one there. A head that waits for its next attempt is parked: it holds its lane, but no slot. Slots are
/// work items of the thread pool that run until the ready queue is empty and the source, where there is one, has no more.
/// Slots are woken one after the other, each by the one before: handlers that take a microsecond have emptied the queue by
/// the time a second thread would be there.
/// </remarks>
internal sealed partial class DeliveryExecutor : IDeliverySink, IDisposable
{
    private const int MessagesPerTurn = 256;
    private const int LingerRounds = 40;
    private const int LingerSpins = 25;

    private readonly Lock _gate = new();
    private readonly SubscriptionOptions _options;
    private readonly DeliveryProcessor _processor;
    private readonly TimeProvider _time;
    private readonly Action<MessagingException> _fault;
    private readonly Queue<TransportDelivery> _ready = new();
    private readonly Dictionary<string, DeliveryLane> _lanes = new(StringComparer.Ordinal);
    private readonly Dictionary<TransportDelivery, ITimer> _parked = [];
    private readonly Stack<HandlerSlot> _idle = new();
    private readonly HandlerSlot[] _slots;
    private readonly List<DeliveryLease> _leases = [];
    private readonly List<Task> _givingBack = [];
    private readonly ITimer _watchdog;
    private readonly long _maxTicks;
    private TaskCompletionSource? _drained;
    private int _outstanding;
    private bool _lingering;
    private bool _waking;
    private readonly Appetite _appetite = new();
    private bool _draining;
    private bool _aborting;

    public DeliveryExecutor(SubscriptionOptions options, DeliveryProcessor processor, TimeProvider time, Action<MessagingException> fault)
    {
        _options = options;
        _processor = processor;
        _time = time;
        _fault = fault;
        _slots = new HandlerSlot[options.MaxConcurrency];
        for (var i = _slots.Length - 1; i >= 0; i--)
        {
            _idle.Push(_slots[i] = new HandlerSlot(this));
        }

        _maxTicks = (long)(options.MaxHandlerDuration.TotalSeconds * time.TimestampFrequency);
        var period = TimeSpan.FromTicks(Math.Clamp(options.MaxHandlerDuration.Ticks / 8, TimeSpan.TicksPerMillisecond * 5, TimeSpan.TicksPerSecond * 10));
        _watchdog = time.CreateTimer(static state => ((DeliveryExecutor)state!).CancelOverdue(), this, period, period);
    }

    public int Outstanding
    {
        get
        {
            lock (_gate)
            {
                return _outstanding;
            }
        }
    }

    /// <summary>Where slots fetch more by themselves; null where the transport pushes. Set before the first delivery.</summary>
    public IDeliverySource? Source { get; set; }

    /// <summary>Whether a handler could start, and no slot is on its way to look for work.</summary>
    public bool IsHungry => _appetite.Hungry;

    /// <summary>
    /// As <see cref="IsHungry"/>, for a message of <paramref name="key"/>: false also while its lane is busy, since it could only
    /// stand in line there; when the lane is done, its slot looks for more.
    /// </summary>
    public bool IsHungryFor(string? key) => _appetite.Hungry && (key is null || _appetite.BusyKey != key);

    public DeliveryLease OpenLease(string name)
    {
        var lease = new DeliveryLease(this, name, _time);
        lock (_gate)
        {
            _leases.Add(lease);
        }

        return lease;
    }

    public void OnCallbackFailed(TransportDelivery delivery, Exception exception) => _processor.OnCallbackFailed(delivery, exception);

    public void Fault(MessagingException error) => _fault(error);

    public void Deliver(ReadOnlySpan<TransportDelivery> deliveries)
    {
        _processor.OnReceived(deliveries.Length);
        lock (_gate)
        {
            _outstanding += deliveries.Length;
            foreach (var delivery in deliveries)
            {
                Accept(delivery);
            }

            WakeNext();
        }
    }

    /// <summary>A slot's turn: handles until nothing is ready.</summary>
    public async Task RunAsync(HandlerSlot slot)
    {
        var delivery = slot.First ?? Start(slot);
        slot.First = null;
        for (var i = 0; delivery is not null; i++)
        {
            if (i == MessagesPerTurn)
            {
                // Handlers that never wait must not keep a pool thread for ever.
                slot.First = delivery;
                ThreadPool.UnsafeQueueUserWorkItem(slot, preferLocal: false);
                return;
            }

            var result = Volatile.Read(ref _aborting) ? DeliveryResult.GiveBack : await _processor.ProcessAsync(delivery, slot).ConfigureAwait(false);
            delivery = Advance(slot, delivery, result);
        }
    }

    public void OnLost(DeliveryLease lease)
    {
        lock (_gate)
        {
            _leases.Remove(lease);
            foreach (var (delivery, timer) in _parked.Where(p => p.Key.Lease == lease).ToArray())
            {
                // Dropped by the next slot instead of waiting for a retry that can't come; its lane goes on.
                timer.Dispose();
                _parked.Remove(delivery);
                _ready.Enqueue(delivery);
            }

            WakeNext();
        }

        foreach (var slot in _slots)
        {
            slot.CancelIfOf(lease);
        }
    }

    /// <summary>Finishes what is there; after <paramref name="max"/> cancels and gives back.</summary>
    public async Task DrainAsync(TimeSpan max, CancellationToken cancellationToken)
    {
        var drained = BeginDrain();
        if (!await WaitAsync(drained, max, cancellationToken).ConfigureAwait(false))
        {
            Volatile.Write(ref _aborting, true);
            foreach (var slot in _slots)
            {
                slot.CancelAny();
            }

            // Handlers that honour their token end now; those that don't can't settle any more after the leases are lost.
            await WaitAsync(drained, TimeSpan.FromSeconds(1), CancellationToken.None).ConfigureAwait(false);
        }

        Task[] givingBack;
        lock (_gate)
        {
            givingBack = [.. _givingBack];
        }

        await Task.WhenAll(givingBack).ConfigureAwait(false);
    }

    public void Dispose()
    {
        _watchdog.Dispose();
        DeliveryLease[] leases;
        lock (_gate)
        {
            leases = [.. _leases];
        }

        foreach (var lease in leases)
        {
            lease.Lose();
        }
    }

    private async ValueTask<bool> WaitAsync(Task task, TimeSpan max, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(max, _time, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private Task BeginDrain()
    {
        lock (_gate)
        {
            _draining = true;
            foreach (var (delivery, timer) in _parked.ToArray())
            {
                timer.Dispose();
                _parked.Remove(delivery);
                ReturnLane(delivery);
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (_outstanding == 0)
            {
                _drained.TrySetResult();
            }

            return _drained.Task;
        }
    }

    private TransportDelivery? Advance(HandlerSlot slot, TransportDelivery done, DeliveryResult result)
    {
        TransportDelivery? next;
        bool laneEnded;
        var lingers = false;
        lock (_gate)
        {
            var lanes = _lanes.Count;
            if (result.Kind == DeliveryResultKind.Park && !_draining)
            {
                Park(done, result.Delay);
            }
            else if (result.Kind == DeliveryResultKind.Left)
            {
                Forget();
                ContinueLane(done);
            }
            else
            {
                ReturnLane(done);
            }

            laneEnded = _lanes.Count < lanes;
            if (!_ready.TryDequeue(out next))
            {
                lingers = TryLinger(slot);
            }
        }

        if (lingers)
        {
            return Linger(slot);
        }

        if (laneEnded)
        {
            FeedIfHungry(); // who published for that lane meanwhile has left it to us to look
        }

        return next;
    }

    // Takes what the slot was woken for, and wakes the next one where there is more.
    private TransportDelivery? Start(HandlerSlot slot)
    {
        TransportDelivery? next;
        lock (_gate)
        {
            _waking = false;
            if (!_ready.TryDequeue(out next) && !TryLinger(slot))
            {
                return null;
            }

            WakeNext();
        }

        if (next is null)
        {
            return Linger(slot);
        }

        FeedIfHungry();
        return next;
    }

    // One slot at a time looks for more a few microseconds long before it goes idle: under load that saves a hop through the
    // pool for each message.
    private TransportDelivery? Linger(HandlerSlot slot)
    {
        for (var i = 0; i < LingerRounds && _ready.Count == 0; i++)
        {
            if (Source is { HasMore: true } source)
            {
                source.Fetch();
            }
            else
            {
                Thread.SpinWait(LingerSpins);
            }
        }

        TransportDelivery? next;
        lock (_gate)
        {
            _lingering = false;
            if (!_ready.TryDequeue(out next))
            {
                _idle.Push(slot);
            }

            WakeNext();
        }

        FeedIfHungry();
        return next;
    }

    // Under the lock. False, and idle, when another slot is looking for more already.
    private bool TryLinger(HandlerSlot slot)
    {
        if (_lingering)
        {
            _idle.Push(slot);
            WakeNext();
            return false;
        }

        _lingering = true;
        WakeNext();
        return true;
    }

    // Under the lock, after each change of what it looks at. The lingering slot takes one without being called.
    private void WakeNext()
    {
        if (!_waking && _ready.Count > (_lingering ? 1 : 0) && _idle.TryPop(out var slot))
        {
            _waking = true;
            ThreadPool.UnsafeQueueUserWorkItem(slot, preferLocal: false);
        }

        _appetite.Hungry = _idle.Count > 0 && !_lingering && !_waking;
    }

    // What was published while someone was on the way to look for it, and who then found something else to do.
    private void FeedIfHungry()
    {
        Interlocked.MemoryBarrier();
        if (_appetite.Hungry && Source is { HasMore: true } source)
        {
            source.Fetch();
        }
    }

    private void CancelOverdue()
    {
        var limit = _time.GetTimestamp() - _maxTicks;
        foreach (var slot in _slots)
        {
            slot.CancelIfOlder(limit);
        }
    }
}
