using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Writes the fields of one record as CSV. Numbers and dates need quotes only where the delimiter or the quote is a character of theirs.</summary>
internal ref struct CsvFieldWriter(ByteBuffer buffer, CsvFieldStyle style, bool[]? skip) : IFieldWriter
{
    /// <summary>Room for any value but text.</summary>
    private const int LongestValue = 64;

    private readonly ByteBuffer _buffer = buffer;
    private readonly CsvFieldStyle _style = style;
    private readonly bool[]? _skip = skip;
    private readonly int _start = buffer.Length;
    private int _column;
    private bool _any;

    public void WriteNull()
    {
        if (Begin())
        {
            _buffer.Append(_style.NullText);
        }
    }

    public void Write(bool value) => WriteValue(value ? "true"u8 : "false"u8);

    public void Write(long value)
    {
        if (Begin())
        {
            if (!_style.PlainValues)
            {
                Format(value);
                return;
            }

            Utf8Formatter.TryFormat(value, _buffer.Free(LongestValue), out var written);
            _buffer.Advance(written);
        }
    }

    public void Write(ulong value) => WriteFormatted(value);

    public void Write(float value) => WriteFormatted(value);

    public void Write(double value) => WriteFormatted(value);

    public void Write(decimal value) => WriteFormatted(value);

    public void Write(DateOnly value) => WriteFormatted(value, "O");

    public void Write(TimeOnly value) => WriteFormatted(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "O");

    public void Write(DateTime value) => WriteFormatted(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? WholeSeconds(value.Kind) : "O");

    public void Write(DateTimeOffset value) => WriteFormatted(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:sszzz" : "O");

    public void Write(Guid value) => WriteFormatted(value);

    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNull();
            return;
        }

        var most = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (most <= 512)
        {
            Span<byte> utf8 = stackalloc byte[most];
            WriteUtf8(utf8[..Encoding.UTF8.GetBytes(value, utf8)]);
        }
        else
        {
            WriteUtf8(Encoding.UTF8.GetBytes(value));
        }
    }

    public void WriteUtf8(scoped ReadOnlySpan<byte> utf8)
    {
        if (!Begin())
        {
            return;
        }

        var guarded = _style.GuardFormulas && IsFormula(utf8);
        if (!_style.QuoteTexts && !guarded && !NeedsQuotes(utf8))
        {
            _buffer.Append(utf8);
            return;
        }

        _buffer.Append(_style.Quote);
        if (guarded)
        {
            _buffer.Append((byte)'\'');
        }

        CsvText.AppendEscaped(_buffer, utf8, _style.Quote);
        _buffer.Append(_style.Quote);
    }

    /// <summary>Ends the record. One that would be an empty line gets quotes: readers drop empty lines.</summary>
    public readonly void EndRecord()
    {
        if (_buffer.Length == _start)
        {
            _buffer.Append(_style.Quote);
            _buffer.Append(_style.Quote);
        }

        _buffer.Append(_style.NewLine);
    }

    private static string WholeSeconds(DateTimeKind kind) => kind == DateTimeKind.Unspecified ? "yyyy-MM-ddTHH:mm:ss" : "yyyy-MM-ddTHH:mm:ssK";

    /// <summary>Starts a field; false where its column is left out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Begin()
    {
        if (_skip is not null && _skip[_column++])
        {
            return false;
        }

        if (_any)
        {
            _buffer.Append(_style.Delimiter);
        }

        _any = true;
        return true;
    }

    private void WriteFormatted<T>(T value, string? format = null)
        where T : IUtf8SpanFormattable
    {
        if (Begin())
        {
            Format(value, format);
        }
    }

    private readonly void Format<T>(T value, string? format = null)
        where T : IUtf8SpanFormattable
    {
        if (_style.PlainValues)
        {
            value.TryFormat(_buffer.Free(LongestValue), out var length, format, CultureInfo.InvariantCulture);
            _buffer.Advance(length);
            return;
        }

        Span<byte> text = stackalloc byte[LongestValue];
        value.TryFormat(text, out var written, format, CultureInfo.InvariantCulture);
        AppendValue(text[..written]);
    }

    private void WriteValue(scoped ReadOnlySpan<byte> text)
    {
        if (Begin())
        {
            AppendValue(text);
        }
    }

    // A delimiter may be any character: '-' in dates, 'e' in numbers.
    private readonly void AppendValue(scoped ReadOnlySpan<byte> text)
    {
        if (!_style.QuoteNumbers && !text.ContainsAny(_style.Special))
        {
            _buffer.Append(text);
            return;
        }

        _buffer.Append(_style.Quote);
        CsvText.AppendEscaped(_buffer, text, _style.Quote);
        _buffer.Append(_style.Quote);
    }

    // Spaces at an end are kept by quotes from readers that trim; an empty text in quotes is not a missing value.
    private readonly bool NeedsQuotes(scoped ReadOnlySpan<byte> utf8) =>
        utf8.IsEmpty || utf8[0] is (byte)' ' or (byte)'\t' || utf8[^1] is (byte)' ' or (byte)'\t' || utf8.ContainsAny(_style.Special) || utf8.SequenceEqual(_style.NullText)
        || utf8.StartsWith("\uFEFF"u8)

        // At a line's beginning many readers take it for a comment.
        || (utf8[0] == (byte)'#' && _buffer.Length == _start);

    private static bool IsFormula(ReadOnlySpan<byte> utf8) =>
        !utf8.IsEmpty
        && utf8[0] is (byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r'
        && !double.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out _);
}
