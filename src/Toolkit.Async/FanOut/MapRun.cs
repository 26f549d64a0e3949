namespace Toolkit.Async;

/// <summary>A run that collects its results in the order of the source.</summary>
internal sealed class MapRun<T, TResult>(Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken)
    : CollectingRun<T, TResult, TResult>(body, options, cancellationToken)
{
    protected override void ItemSucceeded(long index, T item, TResult result) => Collect(index, result);
}
