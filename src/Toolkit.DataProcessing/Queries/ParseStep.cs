using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>The record as a typed one.</summary>
internal sealed class ParseStep<T> : RowStep<T>
    where T : ICsvRecord<T>
{
    // Set once the type has said that it does not parse columns, by whichever worker is first.
    private bool _isSingle;

    public override Array? CreateBatch(int length) => new T[length];

    public override CsvSchema? Schema => T.Schema;

    public override string ToString() => typeof(T).FullName!;

    // The clock is asked twice a batch, never for a record.
    public override bool Fill(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
    {
        var began = rows.BeginParsing();
        var more = FillBatch(rows, ref cursor, batch);
        rows.EndParsing(began);
        return more;
    }

    private bool FillBatch(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
    {
        while (!_isSingle && !batch.IsFull)
        {
            var block = cursor.TakeBlock(batch.Faults);
            if (block.Count > 0)
            {
                FillBlock(rows, in block, batch);
            }
            else if (!TryFillNext(rows, ref cursor, batch))
            {
                return false;
            }
        }

        return FillSingly(rows, ref cursor, batch);
    }

    private void FillBlock(CsvRows rows, in Utf8RowBlock block, RowBatch<T> batch)
    {
        var values = ((T[])batch.Rows).AsSpan(batch.Count, block.Count);
        if (!TryParse(in block, rows.Binding!, values))
        {
            for (var i = 0; i < block.Count; i++)
            {
                Add(rows, block[i], batch);
            }
        }
        else if (block.NextBad(0) is var bad && bad == block.Count)
        {
            batch.AddBlock(in block);
        }
        else
        {
            AddRuns(rows, in block, bad, values, batch);
        }
    }

    // The records between two bad ones go on together.
    private static void AddRuns(CsvRows rows, in Utf8RowBlock block, int bad, ReadOnlySpan<T> values, RowBatch<T> batch)
    {
        var from = 0;
        for (; bad < block.Count; bad = block.NextBad(from))
        {
            batch.AddBlock(in block, values, from, bad);
            var row = block[bad];
            Mend(rows, row, block.ErrorOf(bad, in row, rows.Binding!), batch);
            from = bad + 1;
        }

        batch.AddBlock(in block, values, from, block.Count);
    }

    private bool TryParse(in Utf8RowBlock block, CsvBinding binding, Span<T> values)
    {
        try
        {
            _isSingle = !T.TryParseBlock(in block, binding, values);
            return !_isSingle;
        }
        catch (Exception)
        {
            // A constructor threw: one record after the other tells what was before it.
            return false;
        }
    }

    private static bool TryFillNext(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
    {
        if (!cursor.MoveNextInStretch())
        {
            return false;
        }

        Add(rows, cursor.Current, batch);
        return true;
    }

    // The loop is here, and in no other method, for the sake of registers: values that no call sees, and few enough of them.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool FillSingly(CsvRows rows, ref CsvRows.Enumerator cursor, RowBatch<T> batch)
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

    private static void Add(CsvRows rows, Utf8Row row, RowBatch<T> batch)
    {
        if (T.TryParse(in row, rows.Binding!, out var value, out var error))
        {
            batch.Add(value, in row);
        }
        else
        {
            Mend(rows, row, error, batch);
        }
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
