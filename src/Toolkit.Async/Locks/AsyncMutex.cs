namespace Toolkit.Async;

/// <summary>
/// A lock that is waited for without blocking a thread, and may be held across an <see langword="await"/>:
/// <c>using (await mutex.AcquireAsync(cancellationToken)) { … }</c>.
/// </summary>
/// <remarks>
/// <list type="bullet">
/// <item>First come, first served: a release hands the lock to whoever waits longest. Nobody overtakes.</item>
/// <item>Not reentrant: whoever acquires it twice waits for themselves. <see cref="LockOptions"/> can find that.</item>
/// <item>All members are safe to call from any thread; a lease may be disposed of on another thread than it was acquired on.</item>
/// <item>What waits goes on on the thread pool (or in its own context), never inside the release.</item>
/// <item>Acquiring a free lock and releasing it allocates nothing, nor does waiting for one once the waiters are warm; a
/// time-out costs its timer.</item>
/// <item>There is nothing to dispose of.</item>
/// </list>
/// </remarks>
public sealed partial class AsyncMutex
{
    // The state: whether the lock is held, whether somebody waits, and above those the version, which is stamped on the lease
    // and goes up with each release. Somebody waits only while it is held, because a release hands it over.
    private const long Held = 1;
    private const long Awaited = 2;
    private const int VersionShift = 2;

    // Waiters kept for the next time; more than that at once are rare enough to be allocated.
    private const int MaxIdleWaiters = 256;

    private readonly LockOptions _options;
    private readonly bool _isDiagnosed;
    private long _state;
    private SpinGuard _guard;
    private WaiterQueue<Lease> _queue;
    private Waiter? _idle;
    private int _idleCount;

    /// <summary>A free mutex.</summary>
    public AsyncMutex()
        : this(LockOptions.Default)
    {
    }

    /// <summary>A free mutex.</summary>
    /// <param name="options">Its name, its clock, and which misuse it looks for.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    public AsyncMutex(LockOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _isDiagnosed = options.IsDiagnosed;
    }

    /// <summary>Whether somebody holds the lock: for messages and tests, because it may change before it is looked at.</summary>
    public bool IsHeld => (Volatile.Read(ref _state) & Held) != 0;

    /// <summary>Acquires the lock, waiting for it if need be.</summary>
    /// <param name="cancellationToken">
    /// Ends the wait. Already cancelled: a cancelled value task, even where the lock is free.
    /// </param>
    /// <returns>The lease; disposing of it releases the lock. Await the value task once, and always: dropping it may drop the
    /// lock with it.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was acquired.</exception>
    public ValueTask<Lease> AcquireAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Lease>(cancellationToken);
        }

        var state = Volatile.Read(ref _state);
        return (state & Held) == 0 && !_isDiagnosed && Interlocked.CompareExchange(ref _state, state | Held, state) == state
            ? new ValueTask<Lease>(new Lease(this, state >> VersionShift))
            : AcquireSlowAsync(Timeout.InfiniteTimeSpan, cancellationToken);
    }

    /// <summary>Acquires the lock, waiting for it no longer than <paramref name="timeout"/>.</summary>
    /// <param name="timeout">Zero only tries; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever; at most 49 days.</param>
    /// <param name="cancellationToken">
    /// Ends the wait. Already cancelled: a cancelled value task, even where the lock is free.
    /// </param>
    /// <returns>The lease; disposing of it releases the lock.</returns>
    /// <exception cref="TimeoutException">The lock was not acquired in time.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled before the lock was acquired.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative or over 49 days.</exception>
    public ValueTask<Lease> AcquireAsync(TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        LockArguments.CheckTimeout(timeout);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<Lease>(cancellationToken);
        }

        return AcquireSlowAsync(timeout, cancellationToken);
    }

    /// <summary>Acquires the lock if it is free.</summary>
    /// <param name="lease">The lease, if it was; disposing of it releases the lock.</param>
    /// <returns>Whether the lock was acquired.</returns>
    public bool TryAcquire(out Lease lease)
    {
        var acquired = TryAcquireCore(out lease);
        if (acquired && _isDiagnosed)
        {
            lease = LockDiagnosis.Acquired(lease, this, null, _options, IsSameKey, static tracker => new Lease(tracker));
        }

        return acquired;
    }

    // There is only one: it is held or it is not.
    private static bool IsSameKey(object key, object? other) => true;

    private ValueTask<Lease> AcquireSlowAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        _isDiagnosed ? AcquireDiagnosedAsync(timeout, cancellationToken) : AcquireOrWaitAsync(timeout, cancellationToken);

    // On its own: a method that has a closure in it allocates it on entry.
    private ValueTask<Lease> AcquireDiagnosedAsync(TimeSpan timeout, CancellationToken cancellationToken) => LockDiagnosis.AcquireAsync(
        this, null, _options, IsSameKey, () => AcquireOrWaitAsync(timeout, cancellationToken), static tracker => new Lease(tracker));

    private ValueTask<Lease> AcquireOrWaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (TryAcquireCore(out var lease))
        {
            return new ValueTask<Lease>(lease);
        }

        return timeout == TimeSpan.Zero
            ? ValueTask.FromException<Lease>(WaitTimeout<Lease>.Exception(timeout, _options, null))
            : WaitAsync(timeout, cancellationToken);
    }

    private bool TryAcquireCore(out Lease lease)
    {
        var state = Volatile.Read(ref _state);
        while ((state & Held) == 0)
        {
            var seen = Interlocked.CompareExchange(ref _state, state | Held, state);
            if (seen == state)
            {
                lease = new Lease(this, state >> VersionShift);
                return true;
            }

            state = seen;
        }

        lease = default;
        return false;
    }

    private void Release(long version)
    {
        var heldByIt = (version << VersionShift) | Held;
        if (Interlocked.CompareExchange(ref _state, (version + 1) << VersionShift, heldByIt) != heldByIt)
        {
            ReleaseToWaiter(version);
        }
    }

    private ValueTask<Lease> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        Waiter waiter;
        _guard.Enter();
        try
        {
            if (!TryMarkAwaited(out var lease))
            {
                return new ValueTask<Lease>(lease);
            }

            waiter = TakeIdle();
            _queue.Add(waiter);
        }
        finally
        {
            _guard.Exit();
        }

        return waiter.Start(timeout, _options, cancellationToken);
    }

    /// <summary>Says that somebody waits; or acquires the lock after all, because it was released meanwhile.</summary>
    private bool TryMarkAwaited(out Lease lease)
    {
        var state = Volatile.Read(ref _state);
        while (true)
        {
            var free = (state & Held) == 0;
            var seen = Interlocked.CompareExchange(ref _state, state | (free ? Held : Awaited), state);
            if (seen == state)
            {
                lease = free ? new Lease(this, state >> VersionShift) : default;
                return !free;
            }

            state = seen;
        }
    }

    /// <summary>Releases a lock that is awaited; or does nothing, because the lease is not, or no longer, valid.</summary>
    private void ReleaseToWaiter(long version)
    {
        LockWaiter<Lease>? next;
        _guard.Enter();
        try
        {
            var state = Volatile.Read(ref _state);
            while (true)
            {
                if ((state & Held) == 0 || state >> VersionShift != version)
                {
                    return;
                }

                next = _queue.IsEmpty ? null : _queue.TakeFirst();
                var bits = next is null ? 0 : _queue.IsEmpty ? Held : Held | Awaited;
                var seen = Interlocked.CompareExchange(ref _state, ((version + 1) << VersionShift) | bits, state);
                if (seen == state)
                {
                    break;
                }

                // Only a copy of the lease can have come in between, and only while nobody waited.
                state = seen;
            }
        }
        finally
        {
            _guard.Exit();
        }

        next?.Grant(new Lease(this, version + 1));
    }

    private Waiter TakeIdle()
    {
        if (_idle is not { } waiter)
        {
            return new Waiter(this);
        }

        _idle = (Waiter?)waiter.Next;
        _idleCount--;
        waiter.Next = null;
        return waiter;
    }

    private sealed class Waiter(AsyncMutex mutex) : LockWaiter<Lease>
    {
        public override bool TryLeaveQueue(int generation)
        {
            mutex._guard.Enter();
            try
            {
                if (!IsQueued || Generation != generation)
                {
                    return false;
                }

                mutex._queue.Remove(this);
                if (mutex._queue.IsEmpty)
                {
                    Interlocked.And(ref mutex._state, ~Awaited);
                }

                return true;
            }
            finally
            {
                mutex._guard.Exit();
            }
        }

        protected override void Recycle()
        {
            mutex._guard.Enter();
            try
            {
                if (mutex._idleCount < MaxIdleWaiters)
                {
                    Next = mutex._idle;
                    mutex._idle = this;
                    mutex._idleCount++;
                }
            }
            finally
            {
                mutex._guard.Exit();
            }
        }
    }
}
