using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Toolkit.DataProcessing;

/// <summary>
/// <see cref="ShortNumber"/> for many fields, with the same results: eight side by side where there are vectors of 512 bits,
/// else one after the other, without anything between them that one would have to wait for.
/// </summary>
internal static class ShortNumbers
{
    /// <summary>The length that marks a field which is something else, or nothing that is judged here.</summary>
    public const int Failed = -1;

    private const int Lanes = 8;
    private const ulong Points = 0x2E2E2E2E2E2E2E2E;
    private const ulong Zeros = 0x3030303030303030;
    private const ulong Highs = 0x8080808080808080;

    public static bool IsVectorized =>
        Vector512.IsHardwareAccelerated && Avx512BW.IsSupported && Avx512CD.IsSupported && Avx512DQ.IsSupported;

    private static Vector512<double> Reciprocals => Vector512.Create(ShortNumber.Reciprocals);

    private static Vector512<double> ReciprocalRests => Vector512.Create(ShortNumber.ReciprocalRests);

    /// <summary>Parses numbers with or without a point.</summary>
    /// <param name="words">For each field the eight bytes that end where it ends, the last one highest.</param>
    /// <param name="lengths">The fields' lengths; <see cref="Failed"/> afterwards where a field has to be looked at by itself.</param>
    /// <param name="values">Where the numbers go.</param>
    /// <returns>Whether none has.</returns>
    public static bool ParseReals(ReadOnlySpan<ulong> words, Span<int> lengths, Span<double> values)
    {
        var i = 0;
        var all = true;
        if (IsVectorized)
        {
            for (; i <= words.Length - Lanes; i += Lanes)
            {
                var valid = Reals(Vector512.Create(words[i..]), Vector256.Create(lengths[i..]), out var numbers);
                numbers.CopyTo(values[i..]);
                all &= Mark(valid, lengths[i..]);
            }
        }

        for (; i < words.Length; i++)
        {
            var length = lengths[i];
            if ((uint)(length - 1) >= ShortNumber.Longest || !ShortNumber.TryReal(words[i], length, out values[i]))
            {
                lengths[i] = Failed;
                all = false;
            }
        }

        return all;
    }

    /// <summary>Parses integers.</summary>
    /// <inheritdoc cref="ParseReals"/>
    public static bool ParseIntegers(ReadOnlySpan<ulong> words, Span<int> lengths, Span<int> values)
    {
        var i = 0;
        var all = true;
        if (IsVectorized)
        {
            for (; i <= words.Length - Lanes; i += Lanes)
            {
                var valid = Integers(Vector512.Create(words[i..]), Vector256.Create(lengths[i..]), out var numbers);
                Avx512F.ConvertToVector256Int32(numbers).CopyTo(values[i..]);
                all &= Mark(valid, lengths[i..]);
            }
        }

        for (; i < words.Length; i++)
        {
            var length = lengths[i];
            if ((uint)(length - 1) >= ShortNumber.Longest || !ShortNumber.TryInteger(words[i], length, out values[i]))
            {
                lengths[i] = Failed;
                all = false;
            }
        }

        return all;
    }

    /// <inheritdoc cref="ParseIntegers(ReadOnlySpan{ulong}, Span{int}, Span{int})"/>
    public static bool ParseIntegers(ReadOnlySpan<ulong> words, Span<int> lengths, Span<long> values)
    {
        var i = 0;
        var all = true;
        if (IsVectorized)
        {
            for (; i <= words.Length - Lanes; i += Lanes)
            {
                var valid = Integers(Vector512.Create(words[i..]), Vector256.Create(lengths[i..]), out var numbers);
                numbers.CopyTo(values[i..]);
                all &= Mark(valid, lengths[i..]);
            }
        }

        for (; i < words.Length; i++)
        {
            var length = lengths[i];
            var small = 0;
            if ((uint)(length - 1) >= ShortNumber.Longest || !ShortNumber.TryInteger(words[i], length, out small))
            {
                lengths[i] = Failed;
                all = false;
            }

            values[i] = small;
        }

        return all;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Mark(Vector512<ulong> valid, Span<int> lengths)
    {
        var failed = ~(uint)valid.ExtractMostSignificantBits() & ((1 << Lanes) - 1);
        if (failed == 0)
        {
            return true;
        }

        for (; failed != 0; failed &= failed - 1)
        {
            lengths[BitOperations.TrailingZeroCount(failed)] = Failed;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Reals(Vector512<ulong> words, Vector256<int> lengths, out Vector512<double> numbers)
    {
        var valid = TakeSigns(ref words, lengths, out var negative, out var digitCounts);
        var points = Vector512.Equals(words.AsByte(), Vector512.Create(Points).AsByte()).AsUInt64() & Vector512.Create(Highs);
        var lowest = points & (Vector512<ulong>.Zero - points);
        var none = Vector512.Equals(points, Vector512<ulong>.Zero);

        // The bytes before the point move up over it; a zero comes in at the front.
        var through = ((lowest - Vector512<ulong>.One) << 1) | Vector512<ulong>.One;
        var moved = ((words << 8) & through) | (words & ~through) | Vector512.Create((ulong)'0');
        words = Vector512.ConditionalSelect(none, words, moved);
        valid &= none | Vector512.GreaterThan(digitCounts, Vector512<ulong>.One);
        valid &= Digits(words, out var magnitudes);

        // Seven less the number of the point's byte; 0 where there is none.
        var fractions = Vector512.ShiftRightLogical(Avx512CD.LeadingZeroCount(lowest), 3) & Vector512.Create(7UL);
        var dividends = Avx512DQ.ConvertToVector512Double(magnitudes);
        var reciprocals = Avx512F.PermuteVar8x64(Reciprocals, fractions.AsInt64());
        var rests = Avx512F.PermuteVar8x64(ReciprocalRests, fractions.AsInt64());
        var quotients = Vector512.FusedMultiplyAdd(dividends, reciprocals, dividends * rests);
        numbers = (quotients.AsUInt64() ^ (negative & Vector512.Create(1UL << 63))).AsDouble();
        return valid;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Integers(Vector512<ulong> words, Vector256<int> lengths, out Vector512<long> numbers)
    {
        var valid = TakeSigns(ref words, lengths, out var negative, out _);
        valid &= Digits(words, out var magnitudes);
        numbers = ((magnitudes ^ negative) - negative).AsInt64();
        return valid;
    }

    // All ones in the lanes with a minus, which is taken out; what lies before the field becomes zeros.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> TakeSigns(ref Vector512<ulong> words, Vector256<int> lengths, out Vector512<ulong> negative, out Vector512<ulong> digitCounts)
    {
        var wide = Avx512F.ConvertToVector512Int64(lengths).AsUInt64();
        var shifts = Vector512.Create(64UL) - (wide << 3);
        var firsts = Avx512F.ShiftRightLogicalVariable(words, shifts) & Vector512.Create(0xFFUL);
        negative = Vector512.Equals(firsts, Vector512.Create((ulong)'-'));
        digitCounts = wide + negative;
        var kept = Avx512F.ShiftLeftLogicalVariable(Vector512<ulong>.AllBitsSet, shifts + (negative & Vector512.Create(8UL)));
        words = Vector512.ConditionalSelect(kept, words, Vector512.Create(Zeros));

        // From 1 to 8 characters, and a digit besides the sign; a count below zero is a very large one.
        return Vector512.LessThan(wide - Vector512<ulong>.One, Vector512.Create((ulong)ShortNumber.Longest))
            & Vector512.LessThan(digitCounts - Vector512<ulong>.One, Vector512.Create((ulong)ShortNumber.Longest));
    }

    // Eight digits a lane, the first one in the lowest byte: pairs, fours, eights.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Digits(Vector512<ulong> words, out Vector512<ulong> magnitudes)
    {
        var digits = words.AsByte() - Vector512.Create((byte)'0');
        var wrong = Vector512.GreaterThan(digits, Vector512.Create((byte)9)).AsUInt64();
        var pairs = Avx512BW.MultiplyAddAdjacent(digits, Vector512.Create((ushort)0x010A).AsSByte());
        var fours = Avx512BW.MultiplyAddAdjacent(pairs, Vector512.Create(0x00010064).AsInt16());
        magnitudes = Avx512F.Multiply(fours.AsUInt32(), Vector512.Create(10_000U)) + Vector512.ShiftRightLogical(fours.AsUInt64(), 32);
        return Vector512.Equals(wrong, Vector512<ulong>.Zero);
    }
}
