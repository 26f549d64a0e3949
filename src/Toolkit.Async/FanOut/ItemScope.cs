namespace Toolkit.Async;

/// <summary>What is done around one body when something is to be done: its time-out, its permit, the progress.</summary>
internal sealed class ItemScope : IDisposable
{
    private readonly FanOutRun _run;
    private readonly long _index;
    private readonly TimeSpan? _timeout;
    private readonly IDisposable? _permit;
    private readonly ProgressCounter? _progress;
    private readonly CancellationTokenSource? _own;
    private readonly ITimer? _timer;
    private readonly CancellationTokenRegistration _registration;

    public ItemScope(FanOutRun run, FanOutOptions options, long index, IDisposable? permit, ProgressCounter? progress)
    {
        _run = run;
        _index = index;
        _permit = permit;
        _progress = progress;
        _timeout = options.ItemTimeout;
        Token = run.Token;
        Metrics.InFlight.Add(1);
        if (_timeout is { } timeout)
        {
            // Not the source's own timer: what a callback of the body throws would end the process.
            _own = new CancellationTokenSource();
            Token = _own.Token;
            _timer = options.TimeProvider.CreateTimer(
                static state => ((ItemScope)state!).Cancel(), this, timeout, Timeout.InfiniteTimeSpan);
            _registration = run.Token.UnsafeRegister(static state => ((ItemScope)state!).Cancel(), this);
        }
    }

    public CancellationToken Token { get; }

    /// <summary>
    /// Counts a body that has ended with <paramref name="exception"/>; throws in its place if it means something else, and else
    /// leaves it to the caller to let it go on.
    /// </summary>
    public void Failed(Exception exception)
    {
        Count(succeeded: false);
        if (exception is OperationCanceledException && _own is { IsCancellationRequested: true } && !_run.Token.IsCancellationRequested)
        {
            throw new TimeoutException($"Item {_index} did not end within the ItemTimeout of {_timeout}.", exception);
        }
    }

    /// <summary>Counts a body that has ended well; what the progress throws fails the run, and not the item.</summary>
    public void Succeeded() => Count(succeeded: true);

    public void Dispose()
    {
        Metrics.InFlight.Add(-1);
        _registration.Dispose();
        _timer?.Dispose();
        _permit?.Dispose();
    }

    private void Cancel() => _run.CancelItem(_own!);

    private void Count(bool succeeded)
    {
        try
        {
            _progress?.ItemEnded(succeeded);
        }
        catch (Exception thrownByProgress)
        {
            _run.Fail(thrownByProgress);
        }
    }
}
