using System.Diagnostics.CodeAnalysis;
using System.Threading.Tasks.Sources;

namespace Toolkit.Async;

/// <summary>
/// One who waits for a lock: a node of its queue and the source of its value task at once, used again and again.
/// </summary>
/// <remarks>
/// The lock that queues it guards <see cref="Next"/>, <see cref="Previous"/>, <see cref="IsQueued"/> and
/// <see cref="Generation"/>; whoever takes it out of the queue completes it, so that it is completed once, by a grant, by the
/// token or by a time-out. Continuations never run on the thread of whoever that is.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Its time-out ends with its wait.")]
internal abstract class LockWaiter<TLease> : IValueTaskSource<TLease>
{
    private ManualResetValueTaskSourceCore<TLease> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _registration;
    private WaitTimeout<TLease>? _timeout;
    private LockOptions? _measured;
    private long _queuedAt;
    private Exception? _failure;
    private CancellationToken _canceledBy;
    private bool _isRefused;

    public LockWaiter<TLease>? Next { get; set; }

    public LockWaiter<TLease>? Previous { get; set; }

    public bool IsQueued { get; set; }

    /// <summary>Tells one use from the next, for time-outs that come late.</summary>
    public int Generation { get; set; }

    /// <summary>The key that it waits for, where there are keys.</summary>
    public virtual object? Key => null;

    /// <summary>
    /// The rest of queueing it: outside the lock, because a token that was cancelled meanwhile calls back at once.
    /// </summary>
    public ValueTask<TLease> Start(TimeSpan timeout, LockOptions options, CancellationToken cancellationToken)
    {
        var version = _core.Version;
        if (Metrics.LockWait.Enabled)
        {
            _measured = options;
            _queuedAt = options.TimeProvider.GetTimestamp();
        }

        if (timeout != Timeout.InfiniteTimeSpan)
        {
            _timeout = new WaitTimeout<TLease>(this, timeout, options);
        }

        if (cancellationToken.CanBeCanceled)
        {
            _registration = cancellationToken.UnsafeRegister(
                static (state, token) => ((LockWaiter<TLease>)state!).Cancel(token), this);
        }

        return new ValueTask<TLease>(this, version);
    }

    /// <summary>Completes it; only for the one who took it out of the queue, and outside the lock.</summary>
    public void Grant(TLease lease) => _core.SetResult(lease);

    /// <inheritdoc cref="Grant"/>
    public void Refuse(Exception exception)
    {
        _failure = exception;
        _isRefused = true;
        _core.SetResult(default!);
    }

    /// <summary>Takes it out of the queue, if it is still in there in this generation.</summary>
    public abstract bool TryLeaveQueue(int generation);

    public TLease GetResult(short token)
    {
        if (GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The lock is not acquired yet: await the value task, or call AsTask() to block on it.");
        }

        _timeout?.Dispose();
        _timeout = null;
        if (_isRefused)
        {
            // Of a token that did not end this wait, and may live as long as the process.
            _registration.Unregister();

            // Not used again: exceptions cost more than a waiter, and thousands may be refused at once. Made here, they
            // cost the one who waited, and not the one who cancels all of them.
            throw _failure ?? new OperationCanceledException(_canceledBy);
        }

        // Waits for a callback that is running right now: it must not meet the next use of this waiter.
        _registration.Dispose();
        _registration = default;
        if (_measured is { } options)
        {
            _measured = null;
            Metrics.LockWait.Record(
                options.TimeProvider.GetElapsedTime(_queuedAt).TotalSeconds, new KeyValuePair<string, object?>("lock", options.Name));
        }

        var lease = _core.GetResult(token);
        _core.Reset();
        Recycle();
        return lease;
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        var status = _core.GetStatus(token);
        return status == ValueTaskSourceStatus.Succeeded && _isRefused
            ? _failure is null ? ValueTaskSourceStatus.Canceled : ValueTaskSourceStatus.Faulted
            : status;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);

    /// <summary>Keeps it for the next wait.</summary>
    protected abstract void Recycle();

    private void Cancel(CancellationToken cancellationToken)
    {
        // The registration ends before the next use starts, so this use is meant, whatever its generation.
        if (TryLeaveQueue(Generation))
        {
            _canceledBy = cancellationToken;
            _isRefused = true;
            _core.SetResult(default!);
        }
    }
}
