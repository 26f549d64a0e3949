using System.Runtime.CompilerServices;

namespace Toolkit.Async;

public static partial class FanOut
{
    /// <summary>Runs <paramref name="body"/> for every item and gives out each result as soon as it is there, or in the order of the source.</summary>
    /// <remarks>
    /// <para>Each enumeration is a fan-out of its own, which starts when the first result is asked for. A consumer that is slower
    /// than the bodies holds back the source, see <see cref="FanOutOptions.BufferCapacity"/>, never a body that runs.</para>
    /// <para>A consumer that leaves the loop early ends the fan-out: the bodies are cancelled and awaited before the loop is
    /// left, and what they fail with is observed, not thrown.</para>
    /// <para>After a failure, and when all bodies have ended, the results that were ready are still given out, and then the
    /// failure is thrown; <see cref="FanOutOptions.Ordered"/> gives out nothing past the item that failed.</para>
    /// </remarks>
    /// <typeparam name="T">The items.</typeparam>
    /// <typeparam name="TResult">The results.</typeparam>
    /// <param name="source">The items; enumerated once. It may be endless where the consumer or a token ends the fan-out.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="options">How much at once, how long, how fast.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <returns>The results, as they come.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><see cref="FanOutOptions.BufferCapacity"/> is below <see cref="FanOutOptions.MaxConcurrency"/>.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        CheckBuffer(options);
        return Enumerate<T, TResult, TResult>(
            token =>
            {
                var run = new ResultStreamRun<T, TResult>(body, options, token);
                run.Begin(source);
                return run;
            },
            cancellationToken);
    }

    /// <inheritdoc cref="StreamAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="StreamAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(SourceTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return StreamAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="StreamAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="StreamAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        CheckBuffer(options);
        return Enumerate<T, TResult, TResult>(
            token =>
            {
                var run = new ResultStreamRun<T, TResult>(body, options, token);
                run.Begin(source);
                return run;
            },
            cancellationToken);
    }

    /// <inheritdoc cref="StreamAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="StreamAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return StreamAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="StreamAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static IAsyncEnumerable<TResult> StreamAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamAsync(source, body, Bounded(maxConcurrency), cancellationToken);
}
