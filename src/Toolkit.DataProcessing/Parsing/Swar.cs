using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Decimal digits by arithmetic on whole words ("SIMD within a register"): eight digits take three multiplications, after
/// D. Lemire's "Quickly parsing eight digits" (2018).
/// </summary>
internal static class Swar
{
    /// <summary>The most digits that <see cref="TryParseDigits"/> takes: all such numbers fit 64 bits.</summary>
    public const int MostDigits = 18;

    private const ulong Zeros = 0x3030303030303030;
    private const ulong Ones = 0x0101010101010101;
    private const ulong Highs = 0x8080808080808080;

    /// <summary>Parses 1 to <see cref="MostDigits"/> digits and nothing else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParseDigits(ReadOnlySpan<byte> digits, out ulong value)
    {
        if (digits.Length is > 0 and <= 8)
        {
            return TryParseWord(LoadRight(digits), out value);
        }

        return TryParseMore(digits, out value);
    }

    /// <summary>
    /// The bytes of <paramref name="text"/> (1 to 8) at the end of a word of eight, with '0' before them. Longer texts are
    /// loaded by two overlapping reads, so that nothing outside the span is touched.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong LoadRight(ReadOnlySpan<byte> text)
    {
        var length = text.Length;
        if (length >= 4)
        {
            var first = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(text);
            var last = (ulong)BinaryPrimitives.ReadUInt32LittleEndian(text[(length - 4)..]);
            return (first << (8 * (8 - length))) | (last << 32) | Padding(length);
        }

        var word = (ulong)text[length - 1] << 56;
        if (length > 1)
        {
            word |= (ulong)text[length - 2] << 48;
        }

        if (length > 2)
        {
            word |= (ulong)text[0] << 40;
        }

        return word | Padding(length);
    }

    /// <summary>Parses a word of eight digits, the first one in the lowest byte.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryParseWord(ulong word, out ulong value)
    {
        var valid = AreDigits(word);
        word -= Zeros;
        word = (word * 10) + (word >> 8);
        value = (((word & 0x000000FF000000FF) * 0x000F424000000064) + (((word >> 16) & 0x000000FF000000FF) * 0x0000271000000001)) >> 32;
        return valid;
    }

    /// <summary>Whether all eight bytes are digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreDigits(ulong word) =>
        ((word & 0xF0F0F0F0F0F0F0F0) | (((word + 0x0606060606060606) & 0xF0F0F0F0F0F0F0F0) >> 4)) == 0x3333333333333333;

    /// <summary>The position (0 to 7) of the first <paramref name="wanted"/> in the word, or 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int IndexOf(ulong word, byte wanted)
    {
        var differences = word ^ (Ones * wanted);
        // A byte of 0 borrows, and so may the byte above it: the lowest mark is always right.
        var marks = (differences - Ones) & ~differences & Highs;
        return System.Numerics.BitOperations.TrailingZeroCount(marks) >> 3;
    }

    /// <summary>Takes the byte at <paramref name="index"/> out of the word; a '0' comes in at the front.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Remove(ulong word, int index)
    {
        var below = (1UL << (8 * index)) - 1;
        return ((word & below) << 8) | (word & ~below & ~(0xFFUL << (8 * index))) | (byte)'0';
    }

    private static bool TryParseMore(ReadOnlySpan<byte> digits, out ulong value)
    {
        value = 0;
        if (digits.IsEmpty || digits.Length > MostDigits)
        {
            return false;
        }

        var valid = true;
        var head = digits.Length % 8;
        if (head != 0)
        {
            valid = TryParseWord(LoadRight(digits[..head]), out value);
        }

        for (var i = head; i < digits.Length; i += 8)
        {
            valid &= TryParseWord(BinaryPrimitives.ReadUInt64LittleEndian(digits[i..]), out var next);
            value = (value * 100_000_000) + next;
        }

        return valid;
    }

    // '0' in the bytes before the text; shifting by 64 would be shifting by 0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Padding(int length) => length == 8 ? 0 : Zeros >> (8 * length);
}
