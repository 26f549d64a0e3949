using System.Buffers;
using System.Buffers.Text;

namespace Toolkit.DataProcessing;

/// <summary>What the quarantine says of any field of one column that is no value of its type: all but the field and where it is.</summary>
internal sealed class RejectText
{
    private static readonly SearchValues<byte> s_plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (byte)c).Where(c => c is not ((byte)'"' or (byte)','))]);

    private readonly byte[] _before;
    private readonly byte[] _behind;
    private readonly int _message;

    private RejectText(byte[] before, byte[] behind, int message)
    {
        _before = before;
        _behind = behind;
        _message = message;
    }

    /// <summary>The most bytes that <see cref="Write"/> takes besides those of the field.</summary>
    public int Length => 1 + CsvText.LongestNumber + _before.Length + _behind.Length;

    /// <summary>The text for a column, or null where the message has to be between quotes.</summary>
    public static RejectText? TryCreate(CsvColumn column)
    {
        var text = new ByteBuffer();
        text.Append((byte)',');
        CsvText.AppendField(text, column.Name);
        text.Append((byte)',');
        CsvText.Append(text, nameof(BadRowReason.Field));
        text.Append((byte)',');
        var message = text.Length;
        CsvFieldError.AppendBefore(text, column);
        var behind = text.Length;
        CsvFieldError.AppendBehind(text, column);
        return CsvText.NeedsQuotes(text.Span[message..]) ? null : new RejectText(text.Span[..behind].ToArray(), text.Span[behind..].ToArray(), message);
    }

    /// <summary>Whether a field can be in the message as it is.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> field) => field.Length <= FieldText.LongestExcerpt && !field.ContainsAnyExcept(s_plain);

    /// <summary>Writes all from the comma before the offset to the end of the message.</summary>
    /// <param name="target">At least <see cref="Length"/> bytes, and those of the field.</param>
    /// <param name="byteOffset">Where the record is.</param>
    /// <param name="field">The field.</param>
    /// <param name="message">Where the message starts.</param>
    /// <returns>The number of bytes.</returns>
    public int Write(Span<byte> target, long byteOffset, ReadOnlySpan<byte> field, out int message)
    {
        target[0] = (byte)',';
        Utf8Formatter.TryFormat(byteOffset, target[1..], out var used);
        used++;
        message = used + _message;
        _before.CopyTo(target[used..]);
        used += _before.Length;
        field.CopyTo(target[used..]);
        used += field.Length;
        _behind.CopyTo(target[used..]);
        return used + _behind.Length;
    }
}
