using System.Runtime.CompilerServices;

namespace Toolkit.Async;

public static partial class FanOut
{
    /// <summary>Runs <paramref name="body"/> for every item and returns all results in the order of the source.</summary>
    /// <typeparam name="T">The items.</typeparam>
    /// <typeparam name="TResult">The results.</typeparam>
    /// <param name="source">The items; enumerated once. It may be endless only where the fan-out is ended by a token.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="options">How much at once, how long, how fast.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <returns>The results, the one of the first item first, whichever was ready first.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult[]>(cancellationToken);
        }

        var run = new MapRun<T, TResult>(body, options, cancellationToken);
        run.Begin(source);
        return run.Completion;
    }

    /// <inheritdoc cref="MapAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(SourceTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return MapAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="MapAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult[]>(cancellationToken);
        }

        var run = new MapRun<T, TResult>(body, options, cancellationToken);
        run.Begin(source);
        return run.Completion;
    }

    /// <inheritdoc cref="MapAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="MapAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return MapAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="MapAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static Task<TResult[]> MapAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapAsync(source, body, Bounded(maxConcurrency), cancellationToken);
}
