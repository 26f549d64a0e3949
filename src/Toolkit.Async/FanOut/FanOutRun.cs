using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Toolkit.Async;

/// <summary>
/// One fan-out from its start to its end: who takes part in it, what went wrong, and when it is over.
/// </summary>
/// <remarks>
/// A worker takes an item, runs its body, and takes the next one. Each worker starts the next worker when it has got its
/// first item, until there are enough of them; so short sources and synchronous bodies don't pay for workers that they don't
/// need. Workers, and callbacks that cancel the run, take part; the last one to leave ends the run, when nothing of it is
/// running any more.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "A source without timers and without links holds nothing that needs Dispose, and bodies may keep its token.")]
internal abstract class FanOutRun : IThreadPoolWorkItem
{
    private readonly CancellationTokenSource _cancellation = new();
    private readonly Lock _failing = new();
    private readonly int _maxWorkers;
    private readonly FanOutOptions _options;
    private List<Exception>? _failures;
    private ExecutionContext? _context = ExecutionContext.Capture();
    private CancellationTokenRegistration _callerRegistration;
    private ITimer? _timer;
    private int _participants = 1;
    private int _workers = 1;
    private volatile bool _canceled;
    private volatile bool _stopped;

    protected FanOutRun(FanOutOptions options, CancellationToken cancellationToken)
    {
        _options = options;
        _maxWorkers = options.MaxConcurrency;
        CallerToken = cancellationToken;
        Token = _cancellation.Token;
    }

    /// <summary>Cancelled as soon as the run is to stop, whatever the reason.</summary>
    public CancellationToken Token { get; }

    /// <summary>No further item is to be taken.</summary>
    public bool IsStopped => _stopped;

    protected CancellationToken CallerToken { get; }

    protected FanOutOptions Options => _options;

    /// <summary>Whether the source is known to have been read to its end.</summary>
    protected abstract bool SourceHasEnded { get; }

    /// <summary>Starts the first worker. The caller's thread runs neither the source nor a body.</summary>
    protected void Begin()
    {
        if (_options.Timeout is { } timeout)
        {
            _timer = _options.TimeProvider.CreateTimer(
                static state => ((FanOutRun)state!).TimedOut(), this, timeout, System.Threading.Timeout.InfiniteTimeSpan);
        }

        // Registered by a participant that is not counted down before the worker is queued: the run can't end in between.
        _callerRegistration = CallerToken.UnsafeRegister(static state => ((FanOutRun)state!).CancelFromOutside(), this);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        // Where the caller has suppressed its flow, bodies start with the pool's own context, which is empty.
        _context ??= ExecutionContext.Capture();
        RestoreContext();
        _ = WorkToTheEndAsync();
    }

    /// <summary>
    /// Undoes what a body or the source did to AsyncLocals: each starts with what was there when the fan-out was started.
    /// </summary>
    public void RestoreContext()
    {
        if (_context is not null && !ReferenceEquals(ExecutionContext.Capture(), _context))
        {
            ExecutionContext.Restore(_context);
        }
    }

    /// <summary>
    /// Stops the run because of <paramref name="exception"/>. It is a failure, unless it says that something was cancelled
    /// and something was: a time-out of an HttpClient is a failure, the end of a sibling is not.
    /// </summary>
    public void Fail(Exception exception)
    {
        if (IsCancellation(exception))
        {
            _canceled = true;
        }
        else
        {
            AddFailure(exception);
        }

        Stop();
    }

    /// <summary>Stops the run without a failure; does nothing after its end.</summary>
    public void CancelFromOutside()
    {
        if (TryParticipate())
        {
            Stop();
            LeaveFromOutside();
        }
    }

    /// <summary>Cancels one item: what the callbacks of its body throw fails the run. Does nothing after the run's end.</summary>
    public void CancelItem(CancellationTokenSource item)
    {
        if (TryParticipate())
        {
            Cancel(item);
            LeaveFromOutside();
        }
    }

    /// <summary>Whether an exception says that something was cancelled, and something was.</summary>
    protected bool IsCancellation(Exception exception) =>
        exception is OperationCanceledException && (_cancellation.IsCancellationRequested || CallerToken.IsCancellationRequested);

    /// <summary>
    /// For a worker that has waited: whoever ended the wait may have gone on with it on their own thread, where neither the
    /// source nor bodies are to run.
    /// </summary>
    protected static bool IsOnPool => Thread.CurrentThread.IsThreadPoolThread;

    /// <inheritdoc cref="IsOnPool"/>
    protected static ConfiguredTaskAwaitable ToPool() => Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);

    /// <summary>Called when the run is stopped, maybe more than once.</summary>
    protected virtual void Stopped()
    {
    }

    /// <summary>Starts one more worker, if there may be more. Called by each worker when it has got its first item.</summary>
    protected void StartNextWorker()
    {
        if (!_stopped && !SourceHasEnded && Volatile.Read(ref _workers) < _maxWorkers)
        {
            if (Interlocked.Increment(ref _workers) <= _maxWorkers)
            {
                Interlocked.Increment(ref _participants);
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
            else
            {
                Interlocked.Decrement(ref _workers);
            }
        }
    }

    /// <summary>Takes and runs items until there are none, or the run is stopped.</summary>
    protected abstract Task WorkAsync();

    protected abstract ValueTask DisposeSourceAsync();

    protected abstract void EndSucceeded();

    protected abstract void EndFailed(IReadOnlyList<Exception> failures);

    protected abstract void EndCanceled();

    private async Task WorkToTheEndAsync()
    {
        try
        {
            await WorkAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }

        Leave();
    }

    private void TimedOut()
    {
        if (TryParticipate())
        {
            Fail(new TimeoutException($"The fan-out did not end within its Timeout of {_options.Timeout}."));
            LeaveFromOutside();
        }
    }

    private void AddFailure(Exception exception)
    {
        lock (_failing)
        {
            (_failures ??= []).Add(exception);
        }
    }

    private void Stop()
    {
        _stopped = true;
        Cancel(_cancellation);
        Stopped();
    }

    private void Cancel(CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException thrownByCallbacks)
        {
            // Callbacks that bodies have registered on their token: theirs to fail, not the canceller's.
            foreach (var exception in thrownByCallbacks.InnerExceptions)
            {
                Fail(exception);
            }
        }
    }

    private bool TryParticipate()
    {
        while (true)
        {
            var participants = Volatile.Read(ref _participants);
            if (participants == 0)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref _participants, participants + 1, participants) == participants)
            {
                return true;
            }
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref _participants) == 0)
        {
            _ = EndAsync();
        }
    }

    /// <summary>As <see cref="Leave"/>, on a thread that is not to dispose of the source.</summary>
    private void LeaveFromOutside()
    {
        if (Interlocked.Decrement(ref _participants) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static run => _ = run.EndAsync(), this, preferLocal: false);
        }
    }

    private async Task EndAsync()
    {
        _callerRegistration.Unregister();
        _timer?.Dispose();
        var isCutShort = _canceled || (_stopped && !SourceHasEnded);
        try
        {
            RestoreContext();
            await DisposeSourceAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            if (IsCancellation(exception))
            {
                isCutShort = true;
            }
            else
            {
                AddFailure(exception);
            }
        }

        if (_failures is not null)
        {
            EndFailed(_failures);
        }
        else if (isCutShort)
        {
            EndCanceled();
        }
        else
        {
            EndSucceeded();
        }
    }
}
