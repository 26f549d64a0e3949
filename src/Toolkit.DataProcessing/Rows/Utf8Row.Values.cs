using System.Runtime.CompilerServices;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Values by position and by the name in the header. Numbers and dates are invariant: a point, ISO 8601.</summary>
public readonly unsafe ref partial struct Utf8Row
{
    /// <summary>The value of the field in the column <paramref name="name"/>: without its quotes, doubled quotes made single.</summary>
    /// <param name="name">The name in the header, exactly. Constants are found fastest.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    public ReadOnlySpan<byte> this[string name] => GetOrEmpty(_context.PositionOf(name));

    /// <summary>The value of the field in the column <paramref name="name"/> as a new string; invalid UTF-8 becomes U+FFFD.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    public string GetString(string name) => Encoding.UTF8.GetString(this[name]);

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="bool"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public bool GetBoolean(int index) => CsvFieldParser.TryParse(GetOrEmpty(index), out bool value) ? value : throw NoValue(index, "true or false");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="bool"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public bool GetBoolean(string name) => GetBoolean(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="int"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public int GetInt32(int index) => TryGet(index, out int value) ? value : throw NoValue(index, "an integer of 32 bits");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="int"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public int GetInt32(string name) => GetInt32(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="long"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public long GetInt64(int index) => TryGet(index, out long value) ? value : throw NoValue(index, "an integer of 64 bits");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="long"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public long GetInt64(string name) => GetInt64(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="double"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public double GetDouble(int index) => TryGet(index, out double value) ? value : throw NoValue(index, "a number");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="double"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public double GetDouble(string name) => GetDouble(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="decimal"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public decimal GetDecimal(int index) => CsvFieldParser.TryParse(GetOrEmpty(index), out decimal value) ? value : throw NoValue(index, "a decimal number");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="decimal"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public decimal GetDecimal(string name) => GetDecimal(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="DateOnly"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public DateOnly GetDateOnly(int index) => CsvFieldParser.TryParse(GetOrEmpty(index), out DateOnly value) ? value : throw NoValue(index, "a date (yyyy-MM-dd)");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="DateOnly"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public DateOnly GetDateOnly(string name) => GetDateOnly(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="DateTime"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public DateTime GetDateTime(int index) => CsvFieldParser.TryParse(GetOrEmpty(index), out DateTime value) ? value : throw NoValue(index, "a date and time");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="DateTime"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public DateTime GetDateTime(string name) => GetDateTime(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="Guid"/>.</summary>
    /// <param name="index">The position of the field, from 0.</param>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public Guid GetGuid(int index) => CsvFieldParser.TryParse(GetOrEmpty(index), out Guid value) ? value : throw NoValue(index, "an identifier");

    /// <summary>The value of the field in the column <paramref name="name"/> as <see cref="Guid"/>.</summary>
    /// <param name="name">The name in the header, exactly.</param>
    /// <exception cref="CsvHeaderException">There is no such column.</exception>
    /// <exception cref="CsvFieldException">It is no such value; within a query the record is a bad one then.</exception>
    public Guid GetGuid(string name) => GetGuid(_context.PositionOf(name));

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="int"/>: as <see cref="CsvFieldParser"/>, and faster where the field is short.</summary>
    /// <param name="index">The position of the field, from 0; one that the record lacks counts as empty.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(int index, out int value)
    {
        if (TryGetWord(index, out var word, out var length) && ShortNumber.TryInteger(word, length, out var small))
        {
            value = small;
            return true;
        }

        value = ParseInt32(index, out var valid);
        return valid;
    }

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="long"/>: as <see cref="CsvFieldParser"/>, and faster where the field is short.</summary>
    /// <param name="index">The position of the field, from 0; one that the record lacks counts as empty.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(int index, out long value)
    {
        if (TryGetWord(index, out var word, out var length) && ShortNumber.TryInteger(word, length, out var small))
        {
            value = small;
            return true;
        }

        value = ParseInt64(index, out var valid);
        return valid;
    }

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="double"/>: as <see cref="CsvFieldParser"/>, and faster where the field is short.</summary>
    /// <param name="index">The position of the field, from 0; one that the record lacks counts as empty.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(int index, out double value)
    {
        if (TryGetWord(index, out var word, out var length) && ShortNumber.TryReal(word, length, out var real))
        {
            value = real;
            return true;
        }

        value = ParseDouble(index, decimalComma: false, out var valid);
        return valid;
    }

    /// <summary>The value of the field at <paramref name="index"/> as <see cref="double"/>, with a decimal comma where the source has one.</summary>
    /// <param name="index">The position of the field, from 0; one that the record lacks counts as empty.</param>
    /// <param name="binding">What is known of the source.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(int index, CsvBinding binding, out double value)
    {
        if (!binding.DecimalComma && TryGetWord(index, out var word, out var length) && ShortNumber.TryReal(word, length, out var real))
        {
            value = real;
            return true;
        }

        value = ParseDouble(index, binding.DecimalComma, out var valid);
        return valid;
    }

    // The eight bytes that end where the field ends: every buffer has room before its first byte.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryGetWord(int index, out ulong word, out int length)
    {
        if ((uint)index >= (uint)_context.FieldCount)
        {
            word = 0;
            length = 0;
            return false;
        }

        var end = _context.Ends + index;
        length = *end - (index == 0 ? _context.Start : end[-1] + 1);
        word = Unsafe.ReadUnaligned<ulong>(_context.Buffer + *end - sizeof(ulong));
        if (!BitConverter.IsLittleEndian)
        {
            word = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
        }

        return (uint)(length - 1) < ShortNumber.Longest;
    }

    // The values come back as results: an out parameter of a call would have them in memory also where there is no call.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int ParseInt32(int index, out bool valid)
    {
        valid = CsvFieldParser.TryParse(GetOrEmpty(index), out int value);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private long ParseInt64(int index, out bool valid)
    {
        valid = CsvFieldParser.TryParse(GetOrEmpty(index), out long value);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private double ParseDouble(int index, bool decimalComma, out bool valid)
    {
        valid = decimalComma ? CsvFieldParser.TryParseDecimalComma(GetOrEmpty(index), out double value) : CsvFieldParser.TryParse(GetOrEmpty(index), out value);
        return value;
    }

    private CsvFieldException NoValue(int index, string expected)
    {
        var names = _context.Header.Names;
        var column = index < names.Count ? names[index] : $"field {index}";
        return new CsvFieldException(column, ByteOffset, $"column '{column}': '{FieldText.Excerpt(GetOrEmpty(index))}' is not {expected}");
    }
}
