namespace Toolkit.Async;

/// <summary>
/// Lets one worker at a time to a source that only one may touch. A worker that finds the gate shut, and soon still does, is
/// parked without a thread; whoever leaves the gate wakes one. So a source that blocks holds one thread, never one a worker.
/// </summary>
/// <remarks>
/// Leaving does not hand the gate over: until the one that was woken is there, others may pass, who are running already. While
/// somebody is parked, somebody is inside or on the way there, who will leave and wake the next one.
/// </remarks>
internal struct WorkerGate
{
    private const int Inside = 1;
    private const int SomeParked = 2;

    // Most sources answer faster than a worker can be parked and woken again.
    private const int Spins = 30;

    private int _state;
    private SpinGuard _parking;
    private WorkerState? _parked;

    /// <summary>Enters if nobody is inside, or soon is not.</summary>
    public bool TryEnter(bool spin)
    {
        for (var left = spin ? Spins : 0; ; left--)
        {
            var state = Volatile.Read(ref _state);
            if ((state & Inside) == 0 && Interlocked.CompareExchange(ref _state, state | Inside, state) == state)
            {
                return true;
            }

            if (left == 0)
            {
                return false;
            }

            Thread.SpinWait(4);
        }
    }

    /// <summary>Enters, or parks the worker, which then has to wait for its turn to try again.</summary>
    public bool TryEnterOrPark(WorkerState worker)
    {
        worker.Turn ??= new AsyncSignal();
        _parking.Enter();
        try
        {
            while (true)
            {
                var state = Volatile.Read(ref _state);
                var entered = (state & Inside) == 0;
                if (Interlocked.CompareExchange(ref _state, state | (entered ? Inside : SomeParked), state) == state)
                {
                    if (!entered)
                    {
                        worker.NextParked = _parked;
                        _parked = worker;
                    }

                    return entered;
                }
            }
        }
        finally
        {
            _parking.Exit();
        }
    }

    /// <summary>Leaves, and wakes a worker that is parked.</summary>
    public void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, 0, Inside) != Inside)
        {
            LeaveAndWake(all: false);
        }
    }

    /// <summary>Leaves for good: all that are parked are woken, to find out that there is nothing left for them.</summary>
    public void LeaveForGood() => LeaveAndWake(all: true);

    private void LeaveAndWake(bool all)
    {
        WorkerState? woken;
        _parking.Enter();
        try
        {
            woken = _parked;
            _parked = all ? null : woken?.NextParked;
            Volatile.Write(ref _state, _parked is null ? 0 : SomeParked);
        }
        finally
        {
            _parking.Exit();
        }

        while (woken is not null)
        {
            var next = all ? woken.NextParked : null;
            woken.NextParked = null;
            woken.Turn.Set();
            woken = next;
        }
    }
}
