namespace Toolkit.DataProcessing;

public sealed partial class AggregateBuilder<TRow>
{
    /// <summary>The number of distinct values, exact: takes memory for each of them, in each group.</summary>
    /// <typeparam name="TValue">The type of value, compared with its default equality.</typeparam>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, long> DistinctCount<TValue>(Func<TRow, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return Make(
            static () => new HashSet<TValue>(),
            (set, row) =>
            {
                set.Add(selector(row));
                return set;
            },
            static (set, later) =>
            {
                set.UnionWith(later);
                return set;
            },
            static set => (long)set.Count,
            SetCodec<TValue>.TryCreate());
    }

    /// <summary>
    /// The number of distinct values, with a standard error of 1.6 percent, in 4 KiB a group. The same input gives the same
    /// number in every run for strings, numbers, dates and identifiers; other types are hashed by their own hash code.
    /// </summary>
    /// <typeparam name="TValue">The type of value.</typeparam>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, long> ApproximateDistinctCount<TValue>(Func<TRow, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return Make(
            static () => new DistinctSketch<TValue>(),
            (sketch, row) =>
            {
                sketch.Add(selector(row));
                return sketch;
            },
            static (sketch, later) =>
            {
                sketch.Merge(later);
                return sketch;
            },
            static sketch => sketch.Estimate(),
            new DistinctSketch<TValue>.Codec(),
            DistinctSketch<TValue>.StateBytes);
    }

    /// <summary>The value below which a part of all values lies, with a relative error of at most one percent; NaN of no row. NaN values do not count.</summary>
    /// <param name="fraction">The part, from 0 (the least value) to 1 (the greatest); 0.5 is the median.</param>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, double> ApproximateQuantile(double fraction, Func<TRow, double> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        if (!(fraction is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(fraction), fraction, "A quantile is from 0 to 1.");
        }

        return Make(
            static () => new QuantileSketch(),
            (sketch, row) =>
            {
                sketch.Add(selector(row));
                return sketch;
            },
            static (sketch, later) =>
            {
                sketch.Merge(later);
                return sketch;
            },
            sketch => sketch.Quantile(fraction),
            new QuantileSketch.Codec(),
            QuantileSketch.GuessedBytes);
    }

    /// <summary>The greatest values by the default order, greatest first; of equal ones those that come first.</summary>
    /// <typeparam name="TValue">The type of value. A tuple keeps what belongs to the value: its first part decides.</typeparam>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, IReadOnlyList<TValue>> Top<TValue>(int count, Func<TRow, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Make(
            () => new TopValues<TValue>(count),
            (top, row) =>
            {
                top.Add(selector(row));
                return top;
            },
            static (top, later) =>
            {
                top.Merge(later);
                return top;
            },
            static top => top.ToList(),
            StateCodecs.Find<TValue>() is { } values ? new TopValues<TValue>.Codec(count, values) : null,
            (int)Math.Min(int.MaxValue, FoldColumn<TRow, int, int>.GuessedBytes * (1L + count)));
    }

    /// <summary>Whatever can be folded over rows and merged: states of partitions are merged in the order of the input.</summary>
    /// <typeparam name="TState">The state. It may be changed in place and returned.</typeparam>
    /// <typeparam name="TResult">What comes out.</typeparam>
    /// <param name="create">Makes the state of no row.</param>
    /// <param name="add">Adds a row.</param>
    /// <param name="merge">Adds the state of later rows, which is not used afterwards.</param>
    /// <param name="result">Makes the result of the last state.</param>
    /// <remarks>States can go to disk, and to other processes, where <typeparamref name="TState"/> is a string, has no references, or is a tuple of such.</remarks>
    public Aggregate<TRow, TResult> Fold<TState, TResult>(Func<TState> create, Func<TState, TRow, TState> add, Func<TState, TState, TState> merge, Func<TState, TResult> result)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(merge);
        ArgumentNullException.ThrowIfNull(result);
        return Make(create, add, merge, result, StateCodecs.Find<TState>());
    }

    /// <summary>Whatever can be folded over rows and merged, with states that can go to disk and to other processes.</summary>
    /// <typeparam name="TState">The state. It may be changed in place and returned.</typeparam>
    /// <typeparam name="TResult">What comes out.</typeparam>
    /// <param name="create">Makes the state of no row.</param>
    /// <param name="add">Adds a row.</param>
    /// <param name="merge">Adds the state of later rows, which is not used afterwards.</param>
    /// <param name="result">Makes the result of the last state.</param>
    /// <param name="codec">Writes states and reads them.</param>
    public Aggregate<TRow, TResult> Fold<TState, TResult>(Func<TState> create, Func<TState, TRow, TState> add, Func<TState, TState, TState> merge, Func<TState, TResult> result, IStateCodec<TState> codec)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(merge);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(codec);
        return Make(create, add, merge, result, codec);
    }

    private static ColumnAggregate<TRow, TResult> Make<TState, TResult>(Func<TState> create, Func<TState, TRow, TState> add, Func<TState, TState, TState> merge, Func<TState, TResult> result, IStateCodec<TState>? codec, int stateBytes = FoldColumn<TRow, TState, TResult>.GuessedBytes) =>
        new(() => new FoldColumn<TRow, TState, TResult>(create, add, merge, result, codec, stateBytes));
}
