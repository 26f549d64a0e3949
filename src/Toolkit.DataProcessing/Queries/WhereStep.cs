namespace Toolkit.DataProcessing;

/// <summary>The rows for which a predicate holds.</summary>
internal sealed class WhereStep<T>(RowStep<T> inner, Func<T, bool> predicate) : RowStep<T>
    where T : allows ref struct
{
    public override CsvSchema? Schema => inner.Schema;

    public override string ToString() => $"{inner} where {DelegateName.Of(predicate)}";

    public override Array? CreateBatch(int length) => inner.CreateBatch(length);

    public override bool Fill(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
    {
        var from = batch.Count;
        try
        {
            return inner.Fill(rows, ref cursor, batch);
        }
        finally
        {
            // Also where a bad record stops the inner step: the rows before it stay in the batch.
            batch.Filter(from, predicate);
        }
    }

    public override bool TryGet(CsvRows rows, ref Utf8Row row, out T value) =>
        inner.TryGet(rows, ref row, out value) && predicate(value);
}
