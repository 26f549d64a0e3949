using System.Runtime.CompilerServices;

namespace Toolkit.Async;

public static partial class FanOut
{
    /// <summary>Starts several ways to the same result, together or one after the other, and returns the first that succeeds.</summary>
    /// <remarks>
    /// The others are cancelled then, and awaited: a candidate that does not heed its token holds up the result. What they fail
    /// with is observed. If all fail, the first failure is thrown, and <see cref="Task.Exception"/> has all.
    /// <para>The same candidate several times, with a hedge delay, is a hedged request: <c>Enumerable.Repeat(request, 3)</c>.</para>
    /// </remarks>
    /// <typeparam name="TResult">The result.</typeparam>
    /// <param name="candidates">The ways, started in this order; taken only when it is their turn.</param>
    /// <param name="hedgeDelay">
    /// How long to wait for the candidates that run before the next one is started; a candidate that fails starts the next one at
    /// once. Zero starts all at once.
    /// </param>
    /// <param name="cancellationToken">Cancels the race. Already cancelled: a cancelled task, and nothing is started.</param>
    /// <returns>The first result.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="hedgeDelay"/> is negative or over 49 days.</exception>
    /// <exception cref="InvalidOperationException">There are no candidates.</exception>
    [OverloadResolutionPriority(SourceValueTask)]
    public static Task<TResult> RaceAsync<TResult>(IEnumerable<Func<CancellationToken, ValueTask<TResult>>> candidates, TimeSpan hedgeDelay = default, CancellationToken cancellationToken = default) =>
        RaceAsync(candidates, Hedged(hedgeDelay), cancellationToken);

    /// <inheritdoc cref="RaceAsync{TResult}(IEnumerable{Func{CancellationToken, ValueTask{TResult}}}, TimeSpan, CancellationToken)"/>
    /// <param name="candidates">The ways, started in this order; taken only when it is their turn.</param>
    /// <param name="options">How the race is run.</param>
    /// <param name="cancellationToken">Cancels the race. Already cancelled: a cancelled task, and nothing is started.</param>
    [OverloadResolutionPriority(SourceValueTask)]
    public static Task<TResult> RaceAsync<TResult>(IEnumerable<Func<CancellationToken, ValueTask<TResult>>> candidates, RaceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(options);
        return Race<TResult>(run => run.Begin(candidates), options, cancellationToken);
    }

    /// <inheritdoc cref="RaceAsync{TResult}(IEnumerable{Func{CancellationToken, ValueTask{TResult}}}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(SourceTask)]
    public static Task<TResult> RaceAsync<TResult>(IEnumerable<Func<CancellationToken, Task<TResult>>> candidates, TimeSpan hedgeDelay = default, CancellationToken cancellationToken = default) =>
        RaceAsync(candidates, Hedged(hedgeDelay), cancellationToken);

    /// <inheritdoc cref="RaceAsync{TResult}(IEnumerable{Func{CancellationToken, ValueTask{TResult}}}, RaceOptions, CancellationToken)"/>
    [OverloadResolutionPriority(SourceTask)]
    public static Task<TResult> RaceAsync<TResult>(IEnumerable<Func<CancellationToken, Task<TResult>>> candidates, RaceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        return RaceAsync(candidates.Select(AsValueTask), options, cancellationToken);
    }

    /// <inheritdoc cref="RaceAsync{TResult}(IEnumerable{Func{CancellationToken, ValueTask{TResult}}}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static Task<TResult> RaceAsync<TResult>(IAsyncEnumerable<Func<CancellationToken, ValueTask<TResult>>> candidates, TimeSpan hedgeDelay = default, CancellationToken cancellationToken = default) =>
        RaceAsync(candidates, Hedged(hedgeDelay), cancellationToken);

    /// <inheritdoc cref="RaceAsync{TResult}(IEnumerable{Func{CancellationToken, ValueTask{TResult}}}, RaceOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceValueTask)]
    public static Task<TResult> RaceAsync<TResult>(IAsyncEnumerable<Func<CancellationToken, ValueTask<TResult>>> candidates, RaceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(options);
        return Race<TResult>(run => run.Begin(candidates), options, cancellationToken);
    }

    /// <inheritdoc cref="RaceAsync{TResult}(IEnumerable{Func{CancellationToken, ValueTask{TResult}}}, TimeSpan, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static Task<TResult> RaceAsync<TResult>(IAsyncEnumerable<Func<CancellationToken, Task<TResult>>> candidates, TimeSpan hedgeDelay = default, CancellationToken cancellationToken = default) =>
        RaceAsync(candidates, Hedged(hedgeDelay), cancellationToken);

    /// <inheritdoc cref="RaceAsync{TResult}(IEnumerable{Func{CancellationToken, ValueTask{TResult}}}, RaceOptions, CancellationToken)"/>
    [OverloadResolutionPriority(AsyncSourceTask)]
    public static Task<TResult> RaceAsync<TResult>(IAsyncEnumerable<Func<CancellationToken, Task<TResult>>> candidates, RaceOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        return RaceAsync(candidates.Select(AsValueTask), options, cancellationToken);
    }

    private static Task<TResult> Race<TResult>(Action<RaceRun<TResult>> begin, RaceOptions options, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(cancellationToken);
        }

        var run = new RaceRun<TResult>(options, cancellationToken);
        begin(run);
        return run.Completion;
    }

    private static RaceOptions Hedged(TimeSpan hedgeDelay)
    {
        RaceOptions.CheckHedgeDelay(hedgeDelay, nameof(hedgeDelay));
        return new RaceOptions { HedgeDelay = hedgeDelay };
    }

    private static Func<CancellationToken, ValueTask<TResult>> AsValueTask<TResult>(Func<CancellationToken, Task<TResult>> candidate) =>
        token => new ValueTask<TResult>(candidate(token));
}
