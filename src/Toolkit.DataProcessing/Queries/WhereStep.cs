namespace Toolkit.DataProcessing;

/// <summary>The rows for which a predicate holds.</summary>
internal sealed class WhereStep<T>(RowStep<T> inner, Func<T, bool> predicate) : RowStep<T>
    where T : allows ref struct
{
    public override CsvSchema? Schema => inner.Schema;

    public override Array? CreateBatch(int length) => inner.CreateBatch(length);

    public override bool TryGet(CsvRows rows, in Utf8Row row, out T value) =>
        inner.TryGet(rows, in row, out value) && predicate(value);
}
