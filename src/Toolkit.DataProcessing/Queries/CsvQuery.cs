namespace Toolkit.DataProcessing;

/// <summary>
/// A query over the records of a source. Immutable: each method makes a new query, and nothing is read until a result is asked
/// for. Delegates are called from several workers at once, and now and then for records that turn out to be none (see
/// <see cref="IPartitionJob{TState}"/>): they must have no side effects.
/// </summary>
/// <typeparam name="T">What a row is at this point of the query.</typeparam>
public sealed partial class CsvQuery<T>
    where T : allows ref struct
{
    internal CsvQuery(CsvSource source, RowStep<T> step, RunOptions options)
    {
        Source = source;
        Step = step;
        Options = options;
    }

    /// <summary>What the query reads.</summary>
    public CsvSource Source { get; }

    /// <summary>How the query will run.</summary>
    public RunOptions Options { get; }

    internal RowStep<T> Step { get; }

    /// <summary>The same query, run in another way.</summary>
    /// <param name="options">How it will run.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public CsvQuery<T> With(RunOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new CsvQuery<T>(Source, Step, options);
    }

    /// <summary>Keeps the rows for which <paramref name="predicate"/> holds.</summary>
    /// <param name="predicate">What must hold.</param>
    public CsvQuery<T> Where(Func<T, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new CsvQuery<T>(Source, new WhereStep<T>(Step, predicate), Options);
    }

    /// <summary>Makes something else of each row.</summary>
    /// <typeparam name="TResult">What it becomes.</typeparam>
    /// <param name="selector">What it becomes.</param>
    public CsvQuery<TResult> Select<TResult>(Func<T, TResult> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new CsvQuery<TResult>(Source, new SelectStep<T, TResult>(Step, selector), Options);
    }

    /// <summary>Runs the query for what it rejects and how fast it is: every row is read and parsed.</summary>
    /// <param name="cancellationToken">Stops the run within milliseconds; one that is cancelled already prevents it.</param>
    public async Task<RunReport> RunAsync(CancellationToken cancellationToken = default) =>
        (await AggregateAsync(static a => a.Count(), cancellationToken).ConfigureAwait(false)).Report;
}
