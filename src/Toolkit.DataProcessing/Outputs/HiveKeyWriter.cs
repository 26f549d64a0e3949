using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// Makes the folder of a record in a Hive layout from the fields that name it: <c>State=TX/Year=2024</c>. Other fields cost
/// next to nothing. A second pass over the record writes it.
/// </summary>
internal ref struct HiveKeyWriter(ByteBuffer[] values, ReadOnlySpan<int> places) : IFieldWriter
{
    private const int LongestValue = 64;

    private readonly ByteBuffer[] _values = values;
    private readonly ReadOnlySpan<int> _places = places;
    private int _column;

    public void WriteNull() => Begin();

    public void Write(bool value)
    {
        if (Begin() is { } buffer)
        {
            buffer.Append(value ? "true"u8 : "false"u8);
        }
    }

    public void Write(long value) => Format(value, null);

    public void Write(ulong value) => Format(value, null);

    public void Write(float value) => Format(value, null);

    public void Write(double value) => Format(value, null);

    public void Write(decimal value) => Format(value, null);

    public void Write(DateOnly value) => Format(value, "O");

    public void Write(TimeOnly value) => Format(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "HH:mm:ss" : "O");

    public void Write(DateTime value) => Format(value, value.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd HH:mm:ss" : "yyyy-MM-dd HH:mm:ss.FFFFFFF");

    public void Write(DateTimeOffset value) => Format(value, "O");

    public void Write(Guid value) => Format(value, null);

    public void Write(string? value)
    {
        if (Begin() is { } buffer && value is not null)
        {
            buffer.Append(Encoding.UTF8.GetBytes(value));
        }
    }

    public void WriteUtf8(scoped ReadOnlySpan<byte> utf8) => Begin()?.Append(utf8);

    private ByteBuffer? Begin()
    {
        var place = _places[_column++];
        return place >= 0 ? _values[place] : null;
    }

    private void Format<T>(T value, string? format)
        where T : IUtf8SpanFormattable
    {
        if (Begin() is { } buffer)
        {
            value.TryFormat(buffer.Free(LongestValue), out var written, format, CultureInfo.InvariantCulture);
            buffer.Advance(written);
        }
    }
}
