namespace Toolkit.Async;

/// <summary>What is done around one body when something is to be done: its time-out, its permit, the progress.</summary>
internal sealed class ItemScope : IDisposable
{
    private readonly FanOutRun _run;
    private readonly long _index;
    private readonly TimeSpan? _timeout;
    private readonly IDisposable? _permit;
    private readonly ProgressCounter? _progress;
    private readonly CancellationTokenSource? _timer;
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
            _timer = new CancellationTokenSource(timeout, options.TimeProvider);
            _registration = run.Token.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _timer);
            Token = _timer.Token;
        }
    }

    public CancellationToken Token { get; }

    /// <summary>
    /// Counts a body that has ended with <paramref name="exception"/>; throws in its place if it means something else, and else
    /// leaves it to the caller to let it go on.
    /// </summary>
    public void Failed(Exception exception)
    {
        try
        {
            _progress?.ItemEnded(succeeded: false);
        }
        catch (Exception thrownByProgress)
        {
            _run.Fail(thrownByProgress);
        }

        if (exception is OperationCanceledException && _timer is { IsCancellationRequested: true } && !_run.Token.IsCancellationRequested)
        {
            throw new TimeoutException($"Item {_index} did not end within the ItemTimeout of {_timeout}.", exception);
        }
    }

    public void Succeeded() => _progress?.ItemEnded(succeeded: true);

    public void Dispose()
    {
        Metrics.InFlight.Add(-1);
        _registration.Dispose();
        _timer?.Dispose();
        _permit?.Dispose();
    }
}
