namespace Toolkit.Async;

/// <summary>A stream of results, which ends with the first failure.</summary>
internal sealed class ResultStreamRun<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
    : StreamRun<T, TResult, TResult>(body, options, cancellationToken)
{
    protected override void ItemSucceeded(long index, T item, TResult result) => Deliver(index, result);
}

/// <summary>A stream of how the items ended.</summary>
internal sealed class SettledStreamRun<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
    : StreamRun<T, TResult, Outcome<T, TResult>>(body, options, cancellationToken)
{
    protected override void ItemSucceeded(long index, T item, TResult result) =>
        Deliver(index, new Outcome<T, TResult>(item, index, new Outcome<TResult>(result)));

    protected override void ItemFailed(long index, T item, Exception exception)
    {
        if (IsCancellation(exception))
        {
            Fail(exception);
        }
        else
        {
            Deliver(index, new Outcome<T, TResult>(item, index, new Outcome<TResult>(exception)));
        }
    }
}
