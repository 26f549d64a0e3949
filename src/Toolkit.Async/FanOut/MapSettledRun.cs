namespace Toolkit.Async;

/// <summary>A run that collects how each item ended, in the order of the source.</summary>
internal sealed class MapSettledRun<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
    : CollectingRun<T, TResult, Outcome<TResult>>(body, options, cancellationToken)
{
    protected override void ItemSucceeded(long index, T item, TResult result) => Collect(index, new Outcome<TResult>(result));

    protected override void ItemFailed(long index, T item, Exception exception)
    {
        if (IsCancellation(exception))
        {
            Fail(exception);
        }
        else
        {
            Collect(index, new Outcome<TResult>(exception));
        }
    }
}
