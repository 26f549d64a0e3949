namespace Toolkit.Async;

/// <summary>
/// Lets one worker at a time to a source that only one may touch. Workers are alike, so one that finds the gate shut has
/// nothing to wait with: it leaves a count behind and ends, its thread with it, and whoever leaves the gate starts a worker
/// for it. A source that blocks therefore holds one thread, never one a worker.
/// </summary>
/// <remarks>The lowest bit is set while a worker is inside; the rest counts the workers that ended at the gate.</remarks>
internal struct WorkerGate
{
    private const int Inside = 1;
    private const int OneWaiter = 2;

    // Most sources answer faster than a worker can end and be started again.
    private const int Spins = 30;

    private int _state;

    /// <summary>Enters if nobody is inside, or soon is not.</summary>
    public bool TryEnter(bool spin)
    {
        for (var left = spin ? Spins : 1; left > 0; left--)
        {
            var state = Volatile.Read(ref _state);
            if ((state & Inside) == 0 && Interlocked.CompareExchange(ref _state, state | Inside, state) == state)
            {
                return true;
            }

            Thread.SpinWait(4);
        }

        return false;
    }

    /// <summary>Enters, or counts this worker as one to start again.</summary>
    public bool TryEnterOrWait()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var entered = (state & Inside) == 0;
            if (Interlocked.CompareExchange(ref _state, entered ? state | Inside : state + OneWaiter, state) == state)
            {
                return entered;
            }
        }
    }

    /// <summary>Leaves; true when a worker has to be started for one that ended at the gate.</summary>
    public bool Leave()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var wake = state > Inside;
            if (Interlocked.CompareExchange(ref _state, wake ? state - Inside - OneWaiter : 0, state) == state)
            {
                return wake;
            }
        }
    }
}
