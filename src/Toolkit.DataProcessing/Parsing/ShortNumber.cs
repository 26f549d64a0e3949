using System.Numerics;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Numbers of at most eight characters, from the eight bytes that end where the field ends: no branch depends on the length
/// or the sign, which in real files change from row to row and are mispredicted every second time.
/// </summary>
internal static class ShortNumber
{
    /// <summary>The most characters, sign and point included.</summary>
    public const int Longest = 8;

    private const ulong Zeros = 0x3030303030303030;
    private const ulong Points = 0x2E2E2E2E2E2E2E2E;
    private const ulong Ones = 0x0101010101010101;
    private const ulong Highs = 0x8080808080808080;

    private static ReadOnlySpan<double> PowersOfTen => [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7];

    /// <summary>An integer.</summary>
    /// <param name="word">The eight bytes, the last one highest.</param>
    /// <param name="length">How many of them belong to the field: 1 to 8.</param>
    /// <param name="value">The value.</param>
    /// <returns>False where the field is something else, or nothing that is judged here.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryInteger(ulong word, int length, out int value)
    {
        var sign = TakeSign(ref word, length);
        var valid = Swar.TryParseWord(word, out var digits);
        value = ((int)digits ^ -sign) + sign;
        return valid;
    }

    /// <summary>A number with or without a point, correctly rounded: both parts of the quotient are exact.</summary>
    /// <inheritdoc cref="TryInteger"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReal(ulong word, int length, out double value)
    {
        var sign = TakeSign(ref word, length);
        var differences = word ^ Points;
        var marks = (differences - Ones) & ~differences & Highs;
        var fraction = 0;
        var enough = true;
        if (marks != 0)
        {
            var below = (marks & (0 - marks)) - 1;
            var point = BitOperations.TrailingZeroCount(marks) >> 3;
            // The bytes before the point move up over it; a zero comes in at the front.
            word = ((word << 8) & ((below << 1) | 1)) | (word & ~((below << 1) | 1)) | '0';
            fraction = 7 - point;
            enough = length - sign > 1;
        }

        var valid = Swar.TryParseWord(word, out var digits) & enough;
        var magnitude = digits / PowersOfTen[fraction];
        value = BitConverter.UInt64BitsToDouble(BitConverter.DoubleToUInt64Bits(magnitude) | ((ulong)(uint)sign << 63));
        return valid;
    }

    // 1 for a minus, which is taken out; what lies before the field becomes zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int TakeSign(ref ulong word, int length)
    {
        var shift = 64 - (8 * length);
        var sign = (byte)(word >> shift) == (byte)'-' ? 1 : 0;

        // A minus alone keeps its place, and is no digit.
        var kept = ulong.MaxValue << (shift + (8 * sign));
        word = (word & kept) | (Zeros & ~kept);
        return sign;
    }
}
