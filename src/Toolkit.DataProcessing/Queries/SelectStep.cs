namespace Toolkit.DataProcessing;

/// <summary>What a delegate makes of each row.</summary>
internal sealed class SelectStep<TSource, T>(RowStep<TSource> inner, Func<TSource, T> selector) : RowStep<T>
    where TSource : allows ref struct
{
    public override CsvSchema? Schema => inner.Schema;

    public override string ToString() => $"{inner} select {DelegateName.Of(selector)}";

    public override Array? CreateBatch(int length) => new T[length];

    // The rows of the step before it are parsed together and then selected from, so that each takes its own time.
    public override bool Fill(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
    {
        if (batch.Before(inner) is not { } before)
        {
            return base.Fill(rows, ref cursor, batch);
        }

        try
        {
            return inner.Fill(rows, ref cursor, before);
        }
        finally
        {
            // Also where a bad record stops the inner step: the rows before it go on.
            batch.Select(before, selector);
        }
    }

    public override bool TryGet(CsvRows rows, ref Utf8Row row, out T value)
    {
        if (!inner.TryGet(rows, ref row, out var source))
        {
            value = default!;
            return false;
        }

        value = selector(source);
        return true;
    }
}
