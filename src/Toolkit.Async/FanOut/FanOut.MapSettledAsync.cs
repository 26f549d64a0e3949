using System.Runtime.CompilerServices;

namespace Toolkit.Async;

public static partial class FanOut
{
    /// <summary>Runs <paramref name="body"/> for every item and returns how each ended, in the order of the source: a failed one does not end the others.</summary>
    /// <remarks>
    /// Only what ends the whole fan-out is thrown: the source's failure, the total time-out, the caller's cancellation.
    /// An item that exceeds <see cref="FanOutOptions.ItemTimeout"/> has failed with a <see cref="TimeoutException"/>.
    /// </remarks>
    /// <typeparam name="T">The items.</typeparam>
    /// <typeparam name="TResult">The results.</typeparam>
    /// <param name="source">The items; enumerated once. It may be endless where the consumer or a token ends the fan-out.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="options">How much at once, how long, how fast.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <returns>How each item ended, the first item first.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<Outcome<TResult>[]>(cancellationToken);
        }

        var run = new MapSettledRun<T, TResult>(body, options, cancellationToken);
        run.Begin(source);
        return run.Completion;
    }

    /// <inheritdoc cref="MapSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="MapSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(SourceTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return MapSettledAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="MapSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="MapSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<Outcome<TResult>[]>(cancellationToken);
        }

        var run = new MapSettledRun<T, TResult>(body, options, cancellationToken);
        run.Begin(source);
        return run.Completion;
    }

    /// <inheritdoc cref="MapSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="MapSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return MapSettledAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="MapSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static Task<Outcome<TResult>[]> MapSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        MapSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);
}
