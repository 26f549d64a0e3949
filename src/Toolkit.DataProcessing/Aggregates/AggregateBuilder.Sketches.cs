namespace Toolkit.DataProcessing;

public sealed partial class AggregateBuilder<TRow>
{
    /// <summary>The number of distinct values, exact: takes memory for each of them, in each group.</summary>
    /// <typeparam name="TValue">The type of value, compared with its default equality.</typeparam>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, long> DistinctCount<TValue>(Func<TRow, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        return Fold(
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
            static set => (long)set.Count);
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
        return Fold(
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
            static sketch => sketch.Estimate());
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

        return Fold(
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
            sketch => sketch.Quantile(fraction));
    }

    /// <summary>The greatest values by the default order, greatest first; of equal ones those that come first.</summary>
    /// <typeparam name="TValue">The type of value. A tuple keeps what belongs to the value: its first part decides.</typeparam>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, IReadOnlyList<TValue>> Top<TValue>(int count, Func<TRow, TValue> selector)
    {
        ArgumentNullException.ThrowIfNull(selector);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return Fold(
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
            static top => top.ToList());
    }

    /// <summary>Whatever can be folded over rows and merged: states of partitions are merged in the order of the input.</summary>
    /// <typeparam name="TState">The state. It may be changed in place and returned.</typeparam>
    /// <typeparam name="TResult">What comes out.</typeparam>
    /// <param name="create">Makes the state of no row.</param>
    /// <param name="add">Adds a row.</param>
    /// <param name="merge">Adds the state of later rows, which is not used afterwards.</param>
    /// <param name="result">Makes the result of the last state.</param>
    public Aggregate<TRow, TResult> Fold<TState, TResult>(Func<TState> create, Func<TState, TRow, TState> add, Func<TState, TState, TState> merge, Func<TState, TResult> result)
    {
        ArgumentNullException.ThrowIfNull(create);
        ArgumentNullException.ThrowIfNull(add);
        ArgumentNullException.ThrowIfNull(merge);
        ArgumentNullException.ThrowIfNull(result);
        return new ColumnAggregate<TRow, TResult>(() => new FoldColumn<TRow, TState, TResult>(create, add, merge, result));
    }
}
