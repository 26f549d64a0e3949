namespace Toolkit.DataProcessing;

/// <summary>What a query makes of a record: parsing, filters and projections, each a step around the one before.</summary>
internal abstract class RowStep<T>
    where T : allows ref struct
{
    /// <summary>The columns that the innermost step parses; null for untyped rows.</summary>
    public abstract CsvSchema? Schema { get; }

    /// <summary>Whether every record is taken as it is: the step adds nothing.</summary>
    public virtual bool IsIdentity => false;

    /// <summary>An array of rows, or null where rows can't be kept (they are ref structs).</summary>
    public virtual Array? CreateBatch(int length) => null;

    /// <summary>Takes one record; what can't be parsed is rejected here.</summary>
    /// <returns>Whether the record is in the query's result.</returns>
    public abstract bool TryGet(CsvRows rows, in Utf8Row row, out T value);
}

/// <summary>The record itself.</summary>
internal sealed class RawStep : RowStep<Utf8Row>
{
    public static readonly RawStep Instance = new();

    public override CsvSchema? Schema => null;

    public override bool IsIdentity => true;

    public override bool TryGet(CsvRows rows, in Utf8Row row, out Utf8Row value)
    {
        value = row;
        return true;
    }
}

/// <summary>The record as a typed one.</summary>
internal sealed class ParseStep<T> : RowStep<T>
    where T : ICsvRecord<T>
{
    public override Array? CreateBatch(int length) => new T[length];

    public override CsvSchema? Schema => T.Schema;

    public override bool TryGet(CsvRows rows, in Utf8Row row, out T value)
    {
        if (T.TryParse(in row, rows.Binding!, out value, out var error))
        {
            return true;
        }

        return TryMended(rows, in row, in error, out value);
    }

    private static bool TryMended(CsvRows rows, in Utf8Row row, in CsvFieldError error, out T value)
    {
        if (!rows.TryMend(in row, in error, out var mended))
        {
            value = default!;
            return false;
        }

        if (T.TryParse(in mended, rows.Binding!, out value, out var second))
        {
            return true;
        }

        rows.RejectMended(in mended, in second);
        return false;
    }
}

internal sealed class WhereStep<T>(RowStep<T> inner, Func<T, bool> predicate) : RowStep<T>
    where T : allows ref struct
{
    public override CsvSchema? Schema => inner.Schema;

    public override Array? CreateBatch(int length) => inner.CreateBatch(length);

    public override bool TryGet(CsvRows rows, in Utf8Row row, out T value) =>
        inner.TryGet(rows, in row, out value) && predicate(value);
}

internal sealed class SelectStep<TSource, T>(RowStep<TSource> inner, Func<TSource, T> selector) : RowStep<T>
    where TSource : allows ref struct
{
    public override CsvSchema? Schema => inner.Schema;

    public override Array? CreateBatch(int length) => new T[length];

    public override bool TryGet(CsvRows rows, in Utf8Row row, out T value)
    {
        if (!inner.TryGet(rows, in row, out var source))
        {
            value = default!;
            return false;
        }

        value = selector(source);
        return true;
    }
}
