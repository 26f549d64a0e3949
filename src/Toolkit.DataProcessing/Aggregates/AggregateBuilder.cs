namespace Toolkit.DataProcessing;

/// <summary>Makes aggregates over rows of one type: <c>a =&gt; a.Sum(trip =&gt; trip.Total)</c>.</summary>
/// <typeparam name="TRow">The rows.</typeparam>
public sealed partial class AggregateBuilder<TRow>
    where TRow : allows ref struct
{
    internal static readonly AggregateBuilder<TRow> Instance = new();

    private AggregateBuilder()
    {
    }

    /// <summary>The number of rows.</summary>
    public Aggregate<TRow, long> Count() => new ColumnAggregate<TRow, long>(static () => new CountColumn<TRow>());

    /// <summary>The sum of integers; 0 of no row.</summary>
    /// <param name="selector">The value of a row.</param>
    /// <remarks>A sum beyond 64 bits fails the run with <see cref="OverflowException"/>.</remarks>
    public Aggregate<TRow, long> Sum(Func<TRow, long> selector) => Make<long, LongSumState, long>(selector);

    /// <summary>The sum, compensated: its error does not grow with the number of rows. 0 of no row.</summary>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, double> Sum(Func<TRow, double> selector) => Make<double, DoubleSumState, double>(selector);

    /// <summary>The sum of decimal numbers; 0 of no row.</summary>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, decimal> Sum(Func<TRow, decimal> selector) => Make<decimal, DecimalSumState, decimal>(selector);

    /// <summary>The least value by the default order; default of no row.</summary>
    /// <typeparam name="TValue">The type of value.</typeparam>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, TValue?> Min<TValue>(Func<TRow, TValue> selector) => Make<TValue, MinState<TValue>, TValue?>(selector);

    /// <summary>The greatest value by the default order; default of no row.</summary>
    /// <typeparam name="TValue">The type of value.</typeparam>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, TValue?> Max<TValue>(Func<TRow, TValue> selector) => Make<TValue, MaxState<TValue>, TValue?>(selector);

    /// <summary>The mean; NaN of no row.</summary>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, double> Mean(Func<TRow, double> selector) => Make<double, MeanState, double>(selector);

    /// <summary>The variance of a sample (divided by the number of rows less one); NaN of fewer than two rows.</summary>
    /// <param name="selector">The value of a row.</param>
    public Aggregate<TRow, double> Variance(Func<TRow, double> selector) => Make<double, VarianceState, double>(selector);

    private static ColumnAggregate<TRow, TResult> Make<TValue, TState, TResult>(Func<TRow, TValue> selector)
        where TState : struct, IAggregateState<TState, TValue, TResult>
    {
        ArgumentNullException.ThrowIfNull(selector);
        return new ColumnAggregate<TRow, TResult>(() => new StateColumn<TRow, TValue, TState, TResult>(selector));
    }
}
