namespace Toolkit.DataProcessing;

/// <summary>Something that is computed over many rows; made by <see cref="AggregateBuilder{TRow}"/>.</summary>
/// <typeparam name="TRow">The rows.</typeparam>
/// <typeparam name="TResult">What comes out.</typeparam>
public abstract class Aggregate<TRow, TResult>
    where TRow : allows ref struct
{
    private protected Aggregate()
    {
    }

    internal abstract AggregateColumn<TRow, TResult> CreateColumn();
}

/// <summary>An aggregate by what makes its column.</summary>
internal sealed class ColumnAggregate<TRow, TResult>(Func<AggregateColumn<TRow, TResult>> create) : Aggregate<TRow, TResult>
    where TRow : allows ref struct
{
    internal override AggregateColumn<TRow, TResult> CreateColumn() => create();
}
