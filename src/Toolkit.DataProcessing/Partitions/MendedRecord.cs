using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>One record in memory of its own, indexed as the kernel would.</summary>
internal sealed unsafe class MendedRecord : IDisposable
{
    private byte* _allocation;
    private int _capacity;
    private int _endCapacity;

    public MendedRecord()
    {
        Rows = (int*)NativeMemory.Alloc(sizeof(int));
        Ends = null;
    }

    public byte* Bytes => _allocation + RowContext.Padding;

    public int* Ends { get; private set; }

    /// <summary>One entry: the last field's.</summary>
    public int* Rows { get; private set; }

    public int Count { get; private set; }

    public bool LastIsEmpty => Count > 1 && Ends[Count - 1] == Ends[Count - 2] + 1;

    /// <summary>The record in whose place it is.</summary>
    public BadRow? Original { get; set; }

    /// <summary>The position of the original in the reader's buffer.</summary>
    public int OriginalStart { get; set; }

    /// <summary>The number of the original within its batch.</summary>
    public int Ordinal { get; set; }

    /// <summary>Takes a record.</summary>
    /// <returns>What is wrong with it, or null.</returns>
    public string? Set(ReadOnlySpan<byte> record, CsvDialect dialect)
    {
        record = record.EndsWith("\r\n"u8) ? record[..^2] : record.EndsWith("\n"u8) || record.EndsWith("\r"u8) ? record[..^1] : record;
        if (record.IsEmpty)
        {
            return "there is nothing";
        }

        Reserve(record.Length);
        record.CopyTo(new Span<byte>(Bytes, record.Length));
        return Index(record, dialect);
    }

    public void Dispose()
    {
        NativeMemory.Free(_allocation);
        NativeMemory.Free(Ends);
        NativeMemory.Free(Rows);
        _allocation = null;
        Ends = Rows = null;
    }

    private string? Index(ReadOnlySpan<byte> record, CsvDialect dialect)
    {
        var machine = new CsvStateMachine(dialect);
        var state = CsvState.FieldStart;
        Count = 0;
        for (var i = 0; i < record.Length; i++)
        {
            var what = machine.Step(ref state, record[i]);
            if ((what & CsvEvent.RecordEnd) != 0)
            {
                return "there is more than one record";
            }

            if ((what & CsvEvent.Stray) != 0 && dialect.Quotes == CsvQuotes.Strict)
            {
                return $"field {Count + 1} has a quote where none may be, or text behind its closing quote";
            }

            if ((what & CsvEvent.FieldEnd) != 0)
            {
                AddEnd(i);
            }
        }

        AddEnd(record.Length);
        Rows[0] = Count - 1;
        return state == CsvState.Quoted ? "a field is never closed" : null;
    }

    private void AddEnd(int position)
    {
        if (Count == _endCapacity)
        {
            _endCapacity = Math.Max(64, _endCapacity * 2);
            Ends = (int*)NativeMemory.Realloc(Ends, (nuint)_endCapacity * sizeof(int));
        }

        Ends[Count++] = position;
    }

    private void Reserve(int length)
    {
        if (_capacity < length || _allocation == null)
        {
            _capacity = Math.Max(length, 1024);
            var total = (nuint)_capacity + (2 * RowContext.Padding);
            _allocation = (byte*)NativeMemory.Realloc(_allocation, total);
            NativeMemory.Clear(_allocation, total);
        }
    }
}
