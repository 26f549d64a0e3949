using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

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

    // 1 / 10^n, and what that lacks.
    internal static ReadOnlySpan<double> Reciprocals => [1, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7];

    internal static ReadOnlySpan<double> ReciprocalRests =>
    [
        0, -5.551115123125783e-18, -2.0816681711721684e-19, -2.0816681711721686e-20, -4.79217360238593e-21, -8.180305391403131e-22,
        4.525188817411374e-23, 4.525188817411374e-24,
    ];

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

    /// <summary>
    /// A number with or without a point, correctly rounded: both parts of the quotient are exact. Where there is a fused
    /// multiplication, the quotient is a product with the reciprocal to 106 bits, rounded once: 24 bits over 10^7 are never
    /// nearer than 2^-78 to the middle between two results, so that it is the same number, and sooner there than a division.
    /// </summary>
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
        var magnitude = Quotient((int)digits, fraction & 7);

        // The sign comes in among the vectors: the way over the integers and back takes longer than the product.
        value = (Vector128.CreateScalar(magnitude).AsUInt64() ^ Vector128.CreateScalar((ulong)sign << 63)).AsDouble().ToScalar();
        return valid;
    }

    /// <summary>An integer below 10^7 over a power of ten, or one below 10^8 over 1, correctly rounded.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static double Quotient(int integer, int power)
    {
        double dividend = integer;
        return Fma.IsSupported || AdvSimd.Arm64.IsSupported
            ? Math.FusedMultiplyAdd(dividend, Reciprocals[power], dividend * ReciprocalRests[power])
            : dividend / PowersOfTen[power];
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
