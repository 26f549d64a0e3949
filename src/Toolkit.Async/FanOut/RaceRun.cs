namespace Toolkit.Async;

/// <summary>A run whose items are candidates for one result: the first that succeeds ends it.</summary>
internal sealed class RaceRun<TResult> : ResultRun<Func<CancellationToken, ValueTask<TResult>>, TResult>
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _judging = new();
    private readonly List<Exception> _lost = [];
    private readonly HedgePace? _pace;
    private TResult? _winner;
    private bool _isWon;

    public RaceRun(RaceOptions options, CancellationToken cancellationToken)
        : base(
            static (candidate, token) => candidate(token),
            new FanOutOptions { MaxConcurrency = int.MaxValue, Timeout = options.Timeout, TimeProvider = options.TimeProvider },
            cancellationToken) =>
        _pace = options.HedgeDelay == TimeSpan.Zero ? null : new HedgePace(options.HedgeDelay, options.TimeProvider);

    public Task<TResult> Completion => _completion.Task;

    protected override IRoom Room => _pace is null ? UnlimitedRoom.Instance : _pace;

    protected override void ItemSucceeded(long index, Func<CancellationToken, ValueTask<TResult>> item, TResult result)
    {
        lock (_judging)
        {
            if (_isWon)
            {
                return;
            }

            _isWon = true;
            _winner = result;
        }

        CancelFromOutside();
    }

    protected override void ItemFailed(long index, Func<CancellationToken, ValueTask<TResult>> item, Exception exception)
    {
        if (IsCancellation(exception))
        {
            Fail(exception);
            return;
        }

        lock (_judging)
        {
            _lost.Add(exception);
        }

        _pace?.Hurry();
    }

    protected override void Stopped() => _pace?.Hurry();

    protected override void EndSucceeded()
    {
        if (!TryEndWithWinner())
        {
            _completion.SetException(_lost is [] ? [new InvalidOperationException("The race had no candidates.")] : _lost);
        }
    }

    protected override void EndFailed(IReadOnlyList<Exception> failures)
    {
        // The source, or the time-out: the candidates that had lost before come after it.
        if (!TryEndWithWinner())
        {
            _completion.SetException([.. failures, .. _lost]);
        }
    }

    protected override void EndCanceled()
    {
        if (TryEndWithWinner())
        {
            return;
        }

        if (_lost is [])
        {
            _completion.SetCanceled(CallerToken);
        }
        else
        {
            // A failure beats a cancellation.
            _completion.SetException(_lost);
        }
    }

    private bool TryEndWithWinner() => _isWon && _completion.TrySetResult(_winner!);
}
