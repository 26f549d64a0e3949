using System.Runtime.CompilerServices;

namespace Toolkit.Async;

public static partial class FanOut
{
    /// <summary>Runs <paramref name="body"/> for every item and gives out how each ended as soon as it has, or in the order of the source: a failed one does not end the others.</summary>
    /// <remarks>
    /// <para>Each enumeration is a fan-out of its own, which starts when the first result is asked for. A consumer that is slower
    /// than the bodies holds back the source, see <see cref="FanOutOptions.BufferCapacity"/>, never a body that runs.</para>
    /// <para>A consumer that leaves the loop early ends the fan-out: the bodies are cancelled and awaited before the loop is
    /// left, and what they fail with is observed, not thrown.</para>
    /// <para>Only what ends the whole fan-out is thrown: the source's failure, the total time-out, the caller's cancellation.</para>
    /// </remarks>
    /// <typeparam name="T">The items.</typeparam>
    /// <typeparam name="TResult">The results.</typeparam>
    /// <param name="source">The items; enumerated once. It may be endless where the consumer or a token ends the fan-out.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="options">How much at once, how long, how fast.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <returns>How each item ended, and which one it was.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><see cref="FanOutOptions.BufferCapacity"/> is below <see cref="FanOutOptions.MaxConcurrency"/>.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        CheckBuffer(options);
        return Enumerate<T, TResult, Outcome<T, TResult>>(
            token =>
            {
                var run = new SettledStreamRun<T, TResult>(body, options, token);
                run.Begin(source);
                return run;
            },
            cancellationToken);
    }

    /// <inheritdoc cref="StreamSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="StreamSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(SourceTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return StreamSettledAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="StreamSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(SourceTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="StreamSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(body);
        ArgumentNullException.ThrowIfNull(options);
        CheckBuffer(options);
        return Enumerate<T, TResult, Outcome<T, TResult>>(
            token =>
            {
                var run = new SettledStreamRun<T, TResult>(body, options, token);
                run.Begin(source);
                return run;
            },
            cancellationToken);
    }

    /// <inheritdoc cref="StreamSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, ValueTask<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);

    /// <inheritdoc cref="StreamSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, FanOutOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(body);
        return StreamSettledAsync(source, (item, token) => new ValueTask<TResult>(body(item, token)), options, cancellationToken);
    }

    /// <inheritdoc cref="StreamSettledAsync{T, TResult}(IEnumerable{T}, Func{T, CancellationToken, ValueTask{TResult}}, FanOutOptions, CancellationToken)"/>
    /// <param name="source">The items; enumerated once.</param>
    /// <param name="body">Run once for each item, with a token that is cancelled when the fan-out is to stop.</param>
    /// <param name="maxConcurrency">How many bodies may run at the same time; at least 1, <see cref="int.MaxValue"/> for no bound.</param>
    /// <param name="cancellationToken">Cancels the fan-out. Already cancelled: the enumeration throws, and nothing is started.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxConcurrency"/> is below 1.</exception>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static IAsyncEnumerable<Outcome<T, TResult>> StreamSettledAsync<T, TResult>(IAsyncEnumerable<T> source, Func<T, CancellationToken, Task<TResult>> body, int maxConcurrency, CancellationToken cancellationToken = default) =>
        StreamSettledAsync(source, body, Bounded(maxConcurrency), cancellationToken);
}
