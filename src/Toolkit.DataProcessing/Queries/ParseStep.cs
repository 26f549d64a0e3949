namespace Toolkit.DataProcessing;

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
