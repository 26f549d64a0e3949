using System.Globalization;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Parses fields straight from UTF-8 bytes, without strings. Each method takes and gives exactly what the platform's parser
/// does for the same text (numbers: <see cref="NumberStyles.Integer"/> or <see cref="NumberStyles.Float"/>, invariant
/// culture; the remarks of the others say what they take); what is common is only found sooner. Generated code calls it.
/// </summary>
public static partial class CsvFieldParser
{
    /// <summary>Parses a signed integer of 8 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out sbyte value)
    {
        if (TryParseShort(utf8, out var wide) && wide == (sbyte)wide)
        {
            value = (sbyte)wide;
            return true;
        }

        return sbyte.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a signed integer of 16 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out short value)
    {
        if (TryParseShort(utf8, out var wide) && wide == (short)wide)
        {
            value = (short)wide;
            return true;
        }

        return short.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a signed integer of 32 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out int value)
    {
        if (TryParseShort(utf8, out var wide) && wide == (int)wide)
        {
            value = (int)wide;
            return true;
        }

        return int.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a signed integer of 64 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out long value)
    {
        if (TryParseShort(utf8, out value))
        {
            return true;
        }

        return long.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses an unsigned integer of 8 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out byte value)
    {
        if (Swar.TryParseDigits(utf8, out var wide) && wide <= byte.MaxValue)
        {
            value = (byte)wide;
            return true;
        }

        return byte.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses an unsigned integer of 16 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ushort value)
    {
        if (Swar.TryParseDigits(utf8, out var wide) && wide <= ushort.MaxValue)
        {
            value = (ushort)wide;
            return true;
        }

        return ushort.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses an unsigned integer of 32 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out uint value)
    {
        if (Swar.TryParseDigits(utf8, out var wide) && wide <= uint.MaxValue)
        {
            value = (uint)wide;
            return true;
        }

        return uint.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses an unsigned integer of 64 bits.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out ulong value)
    {
        if (Swar.TryParseDigits(utf8, out var wide))
        {
            value = wide;
            return true;
        }

        return ulong.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>An optional minus and at most 18 digits. Anything else (a plus, spaces, too many digits) is the platform's to judge.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryParseShort(ReadOnlySpan<byte> utf8, out long value)
    {
        var negative = !utf8.IsEmpty && utf8[0] == (byte)'-';
        var valid = Swar.TryParseDigits(negative ? utf8[1..] : utf8, out var magnitude);
        value = negative ? -(long)magnitude : (long)magnitude;
        return valid;
    }
}
