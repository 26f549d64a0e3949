namespace Toolkit.Async;

/// <summary>A run that collects its results in the order of the source.</summary>
internal sealed class MapRun<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
    : ResultRun<T, TResult>(body, options, cancellationToken)
{
    private readonly TaskCompletionSource<TResult[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ResultBuffer<TResult> _results;

    public Task<TResult[]> Completion => _completion.Task;

    protected override void Prepare() => _results = new ResultBuffer<TResult>(Feed.Count ?? 0);

    protected override void ItemSucceeded(long index, T item, TResult result) => _results.Set(index, result);

    protected override void EndSucceeded()
    {
        TResult[] results;
        try
        {
            results = _results.ToArray(Feed.Taken);
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
            return;
        }

        _completion.SetResult(results);
    }

    protected override void EndFailed(IReadOnlyList<Exception> failures) => _completion.SetException(failures);

    protected override void EndCanceled() => _completion.SetCanceled(CallerToken);
}
