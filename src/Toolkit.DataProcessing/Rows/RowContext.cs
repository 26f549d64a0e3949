using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// The current record of one worker, and what its records have in common: a row is nothing but a reference to it. Positions
/// are those of the worker's buffer, as the kernel wrote them: a record is pointed at without copying an entry.
/// </summary>
internal sealed unsafe class RowContext
{
    /// <summary>The bytes before and behind every buffer that rows are made of: values are read as whole words, and keys as whole vectors.</summary>
    public const int Padding = 64;

    /// <summary>The byte that positions refer to; native or pinned memory.</summary>
    public byte* Buffer;

    /// <summary>For each field of the current record the position after its last byte; the next field starts one byte (the separator) later.</summary>
    public int* Ends;

    /// <summary>The position of the current record's first field.</summary>
    public int Start;

    /// <summary>The number of fields of the current record, at least one.</summary>
    public int FieldCount;

    /// <summary>The number of the current record within its batch.</summary>
    public int Ordinal;

    /// <summary>Keeps the memory of a record that is no worker's.</summary>
    public (byte[] Bytes, int[] Ends)? Own;

    /// <summary>Where fields with doubled quotes are unescaped to.</summary>
    public FieldScratch Scratch { get; init; } = new();

    /// <summary>The quote, or -1 where quotes are text.</summary>
    public int Quote = '"';

    /// <summary>Whether a field between quotes may hold anything but plain text: a doubled quote, or text behind the closing one.</summary>
    public bool MayEscape = true;

    /// <summary>The offset in the source of the byte that positions refer to.</summary>
    public long Origin;

    /// <summary>The number of the record before the first of the batch, plus one.</summary>
    public long FirstRecord;

    /// <summary>The names of the columns.</summary>
    public CsvHeader Header = CsvHeader.None;

    // The names that the caller's code asked for, in its order: the next row will ask for the same ones.
    private readonly (string Name, int Position)[] _asked = new (string, int)[16];
    private CsvHeader? _askedHeader;
    private int _next;

    /// <summary>Points at a record.</summary>
    /// <returns>The record, until the next one is pointed at.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Utf8Row Point(byte* buffer, int* ends, int start, int count, int ordinal)
    {
        Buffer = buffer;
        Ends = ends;
        Start = start;
        FieldCount = count;
        Ordinal = ordinal;
        return new Utf8Row(this);
    }

    /// <summary>Points at a copy of one record that starts at byte 0.</summary>
    public static RowContext Over(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, RowContext context)
    {
        var copy = GC.AllocateUninitializedArray<byte>(bytes.Length + (2 * Padding), pinned: true);
        bytes.CopyTo(copy.AsSpan(Padding));
        var copiedEnds = GC.AllocateUninitializedArray<int>(ends.Length, pinned: true);
        ends.CopyTo(copiedEnds);
        context.Own = (copy, copiedEnds);
        context.Point((byte*)Unsafe.AsPointer(ref copy[Padding]), (int*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(copiedEnds)), 0, ends.Length, 0);
        return context;
    }

    /// <summary>A copy of bytes with room on both sides.</summary>
    public static byte[] Pad(ReadOnlySpan<byte> bytes)
    {
        var padded = new byte[bytes.Length + (2 * Padding)];
        bytes.CopyTo(padded.AsSpan(Padding));
        return padded;
    }

    /// <summary>A copy of a field in pinned memory, with room on both sides.</summary>
    /// <returns>What keeps the copy.</returns>
    public static byte[] Pad(ReadOnlySpan<byte> field, out ReadOnlySpan<byte> copy)
    {
        var padded = GC.AllocateArray<byte>(field.Length + (2 * Padding), pinned: true);
        field.CopyTo(padded.AsSpan(Padding));
        copy = padded.AsSpan(Padding, field.Length);
        return padded;
    }

    /// <summary>The position of the column with a name. Asking for the same names in the same order each time costs next to nothing.</summary>
    public int PositionOf(string name)
    {
        ref readonly var expected = ref _asked[_next];
        if (ReferenceEquals(expected.Name, name) && ReferenceEquals(Header, _askedHeader))
        {
            _next = Behind(_next);
            return expected.Position;
        }

        return Seek(name);
    }

    // Behind the last name that is known comes the first: the next row's.
    private int Behind(int index) => index + 1 < _asked.Length && _asked[index + 1].Name is not null ? index + 1 : 0;

    private int Seek(string name)
    {
        if (!ReferenceEquals(Header, _askedHeader))
        {
            Array.Clear(_asked);
            _askedHeader = Header;
            _next = 0;
        }

        for (var i = 0; i < _asked.Length; i++)
        {
            if (ReferenceEquals(_asked[i].Name, name))
            {
                _next = Behind(i);
                return _asked[i].Position;
            }
        }

        var position = Header.PositionOf(name);
        var free = Array.FindIndex(_asked, static asked => asked.Name is null);
        _asked[Math.Max(free, 0)] = (name, position);
        _next = 0;
        return position;
    }
}
