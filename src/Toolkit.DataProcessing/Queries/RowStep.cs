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
