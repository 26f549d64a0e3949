using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// One record as the bytes that the file holds (UTF-8 unless the input said otherwise). It is valid only during the call
/// that hands it out: the memory behind it is used again for the next record.
/// </summary>
/// <remarks>Not thread safe: a row belongs to the worker that reads it.</remarks>
public readonly unsafe ref partial struct Utf8Row
{
    // The row is one reference: delegates get it in a register. A copy of its parts, stored one by one and loaded as a vector
    // for each call, took a fifth of the time of a query over untyped rows.
    private readonly RowContext _context;

    /// <summary>The record that a worker's context points at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Utf8Row(RowContext context) => _context = context;

    /// <summary>A record over a copy of <paramref name="bytes"/>, for tests.</summary>
    /// <param name="bytes">The record without its line end; field 0 starts at byte 0.</param>
    /// <param name="ends">For each field the position after its last byte; the next field starts one byte (the separator) later.</param>
    /// <param name="quote">The quote, or a negative number where quotes are text.</param>
    /// <param name="scratch">Where fields with doubled quotes are unescaped to; reset by the owner for each record.</param>
    /// <param name="byteOffset">The position of the record's first byte in its source.</param>
    /// <param name="recordIndex">The number of the record, the first one after the header being 0; negative while it is not known.</param>
    internal Utf8Row(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, int quote, FieldScratch scratch, long byteOffset, long recordIndex) =>
        _context = RowContext.Over(bytes, ends, new RowContext { Scratch = scratch, Quote = quote, Origin = byteOffset, FirstRecord = recordIndex });

    /// <summary>The number of fields of this record.</summary>
    public int Count => _context.FieldCount;

    /// <summary>The position of the record's first byte in its source, in decompressed and transcoded bytes.</summary>
    public long ByteOffset => _context.Origin + _context.Start;

    /// <summary>
    /// The number of the record within what was handed out so far: within its source where the engine has counted it, else
    /// within its partition. The first record after the header is 0.
    /// </summary>
    public long RecordIndex => _context.FirstRecord + _context.Ordinal;

    /// <summary>The record's bytes as they are in the file, quotes included, without the line end.</summary>
    public ReadOnlySpan<byte> Raw => Slice(_context.Start, _context.Ends[_context.FieldCount - 1]);

    /// <summary>The value of the field at <paramref name="index"/>: without its quotes, doubled quotes made single.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The record has no such field.</exception>
    public ReadOnlySpan<byte> this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var raw = GetRaw(index);
            return raw.IsEmpty || raw[0] != _context.Quote ? raw : Unquoted(raw);
        }
    }

    /// <summary>The bytes of the field at <paramref name="index"/> as they are in the file, quotes included.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The record has no such field.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetRaw(int index)
    {
        if ((uint)index >= (uint)_context.FieldCount)
        {
            ThrowIndex(index);
        }

        var end = _context.Ends + index;
        return Slice(index == 0 ? _context.Start : end[-1] + 1, *end);
    }

    /// <summary>
    /// The value of the field at <paramref name="index"/>, or an empty span where the record is too short to have it: what
    /// typed records read, so that rows padded by policy need no copy.
    /// </summary>
    /// <param name="index">The position of the field, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetOrEmpty(int index) => (uint)index < (uint)_context.FieldCount ? this[index] : default;

    /// <summary>Whether the field at <paramref name="index"/> is there and starts with a quote: <c>""</c> against nothing.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    public bool IsQuoted(int index)
    {
        if ((uint)index >= (uint)_context.FieldCount)
        {
            return false;
        }

        var raw = GetRaw(index);
        return !raw.IsEmpty && raw[0] == _context.Quote;
    }

    /// <summary>The value of the field at <paramref name="index"/> as a new string; invalid UTF-8 becomes U+FFFD.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The record has no such field.</exception>
    public string GetString(int index) => Encoding.UTF8.GetString(this[index]);

    /// <summary>The record as it is in the file; for messages and debuggers.</summary>
    public override string ToString() => Encoding.UTF8.GetString(Raw);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Slice(int start, int end) =>
        MemoryMarshal.CreateReadOnlySpan(ref _context.Buffer[start], end - start);

    private ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> raw)
    {
        // Nearly all quoted fields: one quote at each end and none between. The kernel knows when all of a batch are.
        if (!_context.MayEscape)
        {
            return raw[1..^1];
        }

        var inner = raw[1..];
        var next = inner.IndexOf((byte)_context.Quote);
        return next == inner.Length - 1 ? inner[..^1] : FieldText.Unescape(raw, (byte)_context.Quote, _context.Scratch);
    }

    private void ThrowIndex(int index) =>
        throw new ArgumentOutOfRangeException(nameof(index), index, $"The record has {_context.FieldCount} fields.");
}
