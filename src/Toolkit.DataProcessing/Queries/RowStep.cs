namespace Toolkit.DataProcessing;

/// <summary>What a query makes of a record: parsing, filters and projections, each a step around the one before.</summary>
internal abstract class RowStep<T>
    where T : allows ref struct
{
    /// <summary>The columns that the innermost step parses; null for untyped rows.</summary>
    public abstract CsvSchema? Schema { get; }

    /// <summary>Whether every record is taken as it is: the step adds nothing.</summary>
    public virtual bool IsIdentity => false;

    /// <summary>The step and those before it, for a person: with the names of delegates, but not what they hold.</summary>
    public abstract override string ToString();

    /// <summary>An array of rows, or null where rows can't be kept (they are ref structs).</summary>
    public virtual Array? CreateBatch(int length) => null;

    /// <summary>Takes records until the batch is full or their stretch ends.</summary>
    /// <returns>Whether there may be more records in the stretch.</returns>
    public virtual bool Fill(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
    {
        while (!batch.IsFull)
        {
            if (!cursor.MoveNextInStretch())
            {
                return false;
            }

            var row = cursor.Current;
            if (TryGet(rows, ref row, out var value))
            {
                batch.Add(value, in row);
            }
        }

        return true;
    }

    /// <summary>Takes one record; what can't be parsed is rejected here.</summary>
    /// <param name="rows">Where it comes from.</param>
    /// <param name="row">The record; afterwards the mended one where the value is of that.</param>
    /// <param name="value">What the step makes of it.</param>
    /// <returns>Whether the record is in the query's result.</returns>
    public abstract bool TryGet(CsvRows rows, ref Utf8Row row, out T value);
}
