using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <content>
/// Numbers with a point. A short one is an integer divided by a power of ten; where both are exact in the type, IEEE 754
/// rounds the quotient correctly (W. Clinger, "How to read floating point numbers accurately", 1990).
/// </content>
public static partial class CsvFieldParser
{
    private const ulong ExactInDouble = 1UL << 53;
    private const ulong ExactInSingle = 1UL << 24;
    private const int MostFractionDigitsOfSingle = 10;

    private static readonly NumberFormatInfo s_decimalComma = new()
    {
        NumberDecimalSeparator = ",",
        NumberGroupSeparator = ".",
    };

    private static ReadOnlySpan<double> PowersOfTen => [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>Parses a number of double precision, correctly rounded. Too large ones are infinite, as on the platform.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParse(ReadOnlySpan<byte> utf8, out double value)
    {
        if (TrySplit(utf8, out var negative, out var digits, out var fraction) && digits <= ExactInDouble)
        {
            var magnitude = digits / PowersOfTen[fraction];
            value = negative ? -magnitude : magnitude;
            return true;
        }

        value = 0;
        return !IsWord(utf8) && double.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a number of single precision, correctly rounded. Too large ones are infinite, as on the platform.</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out float value)
    {
        if (TrySplit(utf8, out var negative, out var digits, out var fraction) && digits <= ExactInSingle && fraction <= MostFractionDigitsOfSingle)
        {
            var magnitude = digits / (float)PowersOfTen[fraction];
            value = negative ? -magnitude : magnitude;
            return true;
        }

        value = 0;
        return !IsWord(utf8) && float.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a decimal number; it keeps the digits after the point that the field has (<c>1.50</c>).</summary>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, out decimal value)
    {
        // The sign of a zero is left to the platform.
        if (TrySplit(utf8, out var negative, out var digits, out var fraction) && digits != 0)
        {
            value = new decimal((int)digits, (int)(digits >> 32), 0, negative, (byte)fraction);
            return true;
        }

        return decimal.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Parses a number that may be written with a decimal comma and points between thousands.</summary>
    /// <typeparam name="T">The type of the number.</typeparam>
    /// <param name="utf8">The field.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    public static bool TryParseDecimalComma<T>(ReadOnlySpan<byte> utf8, out T value)
        where T : struct, INumberBase<T> =>
        TryParse(utf8, s_decimalComma, out value);

    /// <summary>Parses a number as a culture writes it, separators between thousands included.</summary>
    /// <typeparam name="T">The type of the number.</typeparam>
    /// <param name="utf8">The field.</param>
    /// <param name="provider">The culture.</param>
    /// <param name="value">The value, or 0.</param>
    /// <returns>Whether the field is one, and in range.</returns>
    public static bool TryParse<T>(ReadOnlySpan<byte> utf8, IFormatProvider provider, out T value)
        where T : struct, INumberBase<T> =>
        T.TryParse(utf8, NumberStyles.Float | NumberStyles.AllowThousands, provider, out value);

    /// <summary>
    /// An optional minus, then at most 18 digits with at most one point among them. Anything else (exponents, spaces, "NaN",
    /// more digits) is the platform's to judge.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TrySplit(ReadOnlySpan<byte> utf8, out bool negative, out ulong digits, out int fraction)
    {
        negative = !utf8.IsEmpty && utf8[0] == (byte)'-';
        var text = negative ? utf8[1..] : utf8;
        if (text.Length is 0 or > 8)
        {
            return TrySplitLong(text, out digits, out fraction);
        }

        var word = Swar.LoadRight(text);
        var point = Swar.IndexOf(word, (byte)'.');
        if (point == 8)
        {
            fraction = 0;
            return Swar.TryParseWord(word, out digits);
        }

        fraction = 7 - point;
        return Swar.TryParseWord(Swar.Remove(word, point), out digits) & text.Length > 1;
    }

    /// <summary>Whether a field begins with a letter and is neither "Infinity" nor "NaN": sooner said than the platform does, which compares both.</summary>
    private static bool IsWord(ReadOnlySpan<byte> utf8) =>
        !utf8.IsEmpty && char.IsAsciiLetter((char)utf8[0]) && (utf8.Length == 1 || ((utf8[0] | 0x20) << 8 | (utf8[1] | 0x20)) is not (('i' << 8 | 'n') or ('n' << 8 | 'a')));

    private static bool TrySplitLong(ReadOnlySpan<byte> text, out ulong digits, out int fraction)
    {
        fraction = 0;
        var point = text.Length <= Swar.MostDigits + 1 ? text.IndexOf((byte)'.') : -1;
        if (point < 0)
        {
            return Swar.TryParseDigits(text, out digits);
        }

        fraction = text.Length - 1 - point;
        var after = 0UL;
        var valid = point == 0
            ? ZeroDigits(out digits)
            : Swar.TryParseDigits(text[..point], out digits);
        valid &= fraction == 0 || Swar.TryParseDigits(text[(point + 1)..], out after);
        digits = (digits * IntegerPowersOfTen[fraction]) + after;
        return valid;
    }

    private static bool ZeroDigits(out ulong digits)
    {
        digits = 0;
        return true;
    }

    private static ReadOnlySpan<ulong> IntegerPowersOfTen =>
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000,
    ];
}
