namespace Toolkit.Async;

/// <summary>A run that ends with an array, in the order of the source.</summary>
internal abstract class CollectingRun<T, TResult, TCollected>(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
    : ResultRun<T, TResult>(body, options, cancellationToken)
{
    private readonly TaskCompletionSource<TCollected[]> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ResultBuffer<TCollected> _collected;

    public Task<TCollected[]> Completion => _completion.Task;

    protected void Collect(long index, TCollected result) => _collected.Set(index, result);

    protected sealed override void Prepare() => _collected = new ResultBuffer<TCollected>(Feed.Count ?? 0);

    protected sealed override void EndSucceeded()
    {
        TCollected[] all;
        try
        {
            all = _collected.ToArray(Feed.Taken);
        }
        catch (Exception exception)
        {
            // More results than an array can hold, or than there is memory for.
            _completion.SetException(exception);
            return;
        }

        _completion.SetResult(all);
    }

    protected sealed override void EndFailed(IReadOnlyList<Exception> failures) => _completion.SetException(failures);

    protected sealed override void EndCanceled() => _completion.SetCanceled(CallerToken);
}
