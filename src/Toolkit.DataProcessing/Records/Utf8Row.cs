using System.Runtime.CompilerServices;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// One record as the bytes that the file holds (UTF-8 unless the input said otherwise). It is valid only during the call
/// that hands it out: the memory behind it is used again for the next record.
/// </summary>
/// <remarks>Not thread safe: a row belongs to the worker that reads it.</remarks>
public readonly ref struct Utf8Row
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ReadOnlySpan<int> _ends;
    private readonly FieldScratch _scratch;
    private readonly int _quote;

    /// <summary>A record over <paramref name="bytes"/>.</summary>
    /// <param name="bytes">The record without its line end; field 0 starts at byte 0.</param>
    /// <param name="ends">For each field the position after its last byte; the next field starts one byte (the separator) later.</param>
    /// <param name="quote">The quote, or a negative number where quotes are text.</param>
    /// <param name="scratch">Where fields with doubled quotes are unescaped to; reset by the owner for each record.</param>
    /// <param name="byteOffset">The position of the record's first byte in its source.</param>
    /// <param name="recordIndex">The number of the record, the first one after the header being 0; negative while it is not known.</param>
    internal Utf8Row(ReadOnlySpan<byte> bytes, ReadOnlySpan<int> ends, int quote, FieldScratch scratch, long byteOffset, long recordIndex)
    {
        _bytes = bytes;
        _ends = ends;
        _quote = quote;
        _scratch = scratch;
        ByteOffset = byteOffset;
        RecordIndex = recordIndex;
    }

    /// <summary>The number of fields of this record.</summary>
    public int Count => _ends.Length;

    /// <summary>The position of the record's first byte in its source, in decompressed and transcoded bytes.</summary>
    public long ByteOffset { get; }

    /// <summary>
    /// The number of the record within what was handed out so far: within its source where the engine has counted it, else
    /// within its partition. The first record after the header is 0.
    /// </summary>
    public long RecordIndex { get; }

    /// <summary>The record's bytes as they are in the file, quotes included, without the line end.</summary>
    public ReadOnlySpan<byte> Raw => _bytes;

    /// <summary>The value of the field at <paramref name="index"/>: without its quotes, doubled quotes made single.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="IndexOutOfRangeException">The record has no such field.</exception>
    public ReadOnlySpan<byte> this[int index]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var raw = GetRaw(index);
            return raw.IsEmpty || raw[0] != _quote ? raw : Unquoted(raw);
        }
    }

    /// <summary>The bytes of the field at <paramref name="index"/> as they are in the file, quotes included.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="IndexOutOfRangeException">The record has no such field.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetRaw(int index)
    {
        var end = _ends[index];
        var start = index == 0 ? 0 : _ends[index - 1] + 1;
        return _bytes[start..end];
    }

    /// <summary>
    /// The value of the field at <paramref name="index"/>, or an empty span where the record is too short to have it: what
    /// typed records read, so that rows padded by policy need no copy.
    /// </summary>
    /// <param name="index">The position of the field, from 0.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ReadOnlySpan<byte> GetOrEmpty(int index) => (uint)index < (uint)_ends.Length ? this[index] : default;

    /// <summary>Whether the field at <paramref name="index"/> is there and starts with a quote: <c>""</c> against nothing.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    public bool IsQuoted(int index)
    {
        if ((uint)index >= (uint)_ends.Length)
        {
            return false;
        }

        var raw = GetRaw(index);
        return !raw.IsEmpty && raw[0] == _quote;
    }

    /// <summary>The value of the field at <paramref name="index"/> as a new string; invalid UTF-8 becomes U+FFFD.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="IndexOutOfRangeException">The record has no such field.</exception>
    public string GetString(int index) => Encoding.UTF8.GetString(this[index]);

    /// <summary>The record as it is in the file; for messages and debuggers.</summary>
    public override string ToString() => Encoding.UTF8.GetString(_bytes);

    private ReadOnlySpan<byte> Unquoted(ReadOnlySpan<byte> raw)
    {
        // Nearly all quoted fields: one quote at each end and none between.
        var inner = raw[1..];
        var next = inner.IndexOf((byte)_quote);
        return next == inner.Length - 1 ? inner[..^1] : FieldText.Unescape(raw, (byte)_quote, _scratch);
    }
}
