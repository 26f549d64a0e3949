using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// Writes the fields of one record as a JSON object. Numbers are JSON numbers with all their digits; NaN and the infinities,
/// which JSON lacks, are null. Dates are ISO 8601 texts.
/// </summary>
internal ref struct JsonFieldWriter(ByteBuffer buffer, byte[][] properties, bool[]? skip, bool omitNulls) : IFieldWriter
{
    private const int LongestValue = 64;

    private readonly ByteBuffer _buffer = buffer;
    private readonly byte[][] _properties = properties;
    private readonly bool[]? _skip = skip;
    private readonly bool _omitNulls = omitNulls;
    private int _column;
    private bool _any;

    public void WriteNull()
    {
        if (_omitNulls)
        {
            _column++;
        }
        else if (Begin())
        {
            _buffer.Append("null"u8);
        }
    }

    public void Write(bool value)
    {
        if (Begin())
        {
            _buffer.Append(value ? "true"u8 : "false"u8);
        }
    }

    public void Write(long value) => WriteNumber(value);

    public void Write(ulong value) => WriteNumber(value);

    public void Write(float value)
    {
        if (float.IsFinite(value))
        {
            WriteNumber(value);
        }
        else
        {
            WriteNull();
        }
    }

    public void Write(double value)
    {
        if (double.IsFinite(value))
        {
            WriteNumber(value);
        }
        else
        {
            WriteNull();
        }
    }

    public void Write(decimal value) => WriteNumber(value);

    public void Write(DateOnly value) => WriteQuoted(value, "O");

    public void Write(TimeOnly value) => WriteQuoted(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "O");

    public void Write(DateTime value) => WriteQuoted(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:ssK" : "O");

    public void Write(DateTimeOffset value) => WriteQuoted(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-ddTHH:mm:sszzz" : "O");

    public void Write(Guid value) => WriteQuoted(value, null);

    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNull();
        }
        else
        {
            WriteUtf8(Encoding.UTF8.GetBytes(value));
        }
    }

    public void WriteUtf8(scoped ReadOnlySpan<byte> utf8)
    {
        if (Begin())
        {
            JsonText.Append(_buffer, utf8);
        }
    }

    /// <summary>Ends the record.</summary>
    public readonly void EndRecord() => _buffer.Append(_any ? "}\n"u8 : "{}\n"u8);

    private bool Begin()
    {
        var column = _column++;
        if (_skip is not null && _skip[column])
        {
            return false;
        }

        _buffer.Append(_any ? (byte)',' : (byte)'{');
        _any = true;
        _buffer.Append(_properties[column]);
        return true;
    }

    private void WriteNumber<T>(T value)
        where T : IUtf8SpanFormattable
    {
        if (Begin())
        {
            value.TryFormat(_buffer.Free(LongestValue), out var written, null, CultureInfo.InvariantCulture);
            _buffer.Advance(written);
        }
    }

    private void WriteQuoted<T>(T value, string? format)
        where T : IUtf8SpanFormattable
    {
        if (Begin())
        {
            _buffer.Append((byte)'"');
            value.TryFormat(_buffer.Free(LongestValue), out var written, format, CultureInfo.InvariantCulture);
            _buffer.Advance(written);
            _buffer.Append((byte)'"');
        }
    }
}
