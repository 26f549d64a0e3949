using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>The record as a typed one.</summary>
internal sealed class ParseStep<T> : RowStep<T>
    where T : ICsvRecord<T>
{
    public override Array? CreateBatch(int length) => new T[length];

    public override CsvSchema? Schema => T.Schema;

    // The loop is here, and in no other method, for the sake of registers: values that no call sees, and few enough of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public override bool Fill(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
    {
        var local = cursor;
        var binding = rows.Binding!;
        var more = true;
        while (!batch.IsFull)
        {
            if (!local.MoveNextInStretch())
            {
                more = false;
                break;
            }

            var row = local.Current;
            if (T.TryParse(in row, binding, out var value, out var error))
            {
                batch.Add(value, in row);
            }
            else
            {
                Mend(rows, row, error, batch);
            }
        }

        cursor = local;
        return more;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Mend(CsvRows rows, Utf8Row row, CsvFieldError error, RowBatch<T> batch)
    {
        if (TryMended(rows, ref row, in error, out var mended))
        {
            batch.AddMended(mended, in row);
        }
    }

    public override bool TryGet(CsvRows rows, ref Utf8Row row, out T value)
    {
        if (T.TryParse(in row, rows.Binding!, out value, out var error))
        {
            return true;
        }

        return TryMended(rows, ref row, in error, out value);
    }

    private static bool TryMended(CsvRows rows, ref Utf8Row row, in CsvFieldError error, out T value)
    {
        if (!rows.TryMend(in row, in error, out var mended))
        {
            value = default!;
            return false;
        }

        if (T.TryParse(in mended, rows.Binding!, out value, out var second))
        {
            row = mended;
            return true;
        }

        rows.RejectMended(in mended, in second);
        return false;
    }
}
