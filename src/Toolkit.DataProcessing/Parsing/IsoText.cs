using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>The ISO 8601 forms that machines write, at fixed positions, with all digits of a part read as one word.</summary>
internal static class IsoText
{
    public const int DateLength = 10;
    private const int TimeLength = 8;
    private const int MostFractionDigits = 7;

    // "yyyy-MM-" with the digits' bytes zero, and the mask that clears them.
    private const ulong DateHyphens = 0x2D00002D00000000;
    private const ulong DateHyphenMask = 0xFF0000FF00000000;

    // "HH:mm:ss".
    private const ulong TimeColons = 0x00003A00003A0000;
    private const ulong TimeColonMask = 0x0000FF0000FF0000;
    private const ulong ZerosOfColons = 0x0000300000300000;
    private const ulong ZerosOfHyphens = 0x3000003000000000;

    /// <summary>Whether the text starts like <c>yyyy-MM-dd</c>: the only shape for which no reader doubts the order of the parts.</summary>
    public static bool StartsLikeDate(ReadOnlySpan<byte> text)
    {
        while (!text.IsEmpty && text[0] == ' ')
        {
            text = text[1..];
        }

        return text.Length >= DateLength
            && (BinaryPrimitives.ReadUInt64LittleEndian(text) & DateHyphenMask) == DateHyphens
            && Swar.AreDigits((BinaryPrimitives.ReadUInt64LittleEndian(text) & ~DateHyphenMask) | ZerosOfHyphens);
    }

    /// <summary>The days since 0001-01-01 of exactly <c>yyyy-MM-dd</c>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryDate(ReadOnlySpan<byte> text, out DateOnly date)
    {
        date = default;
        if (text.Length != DateLength)
        {
            return false;
        }

        var word = BinaryPrimitives.ReadUInt64LittleEndian(text);
        if ((word & DateHyphenMask) != DateHyphens || !Swar.AreDigits((word & ~DateHyphenMask) | ZerosOfHyphens))
        {
            return false;
        }

        uint tens = (uint)text[8] - '0', ones = (uint)text[9] - '0';
        int year = (Digit(word, 0) * 1000) + (Digit(word, 1) * 100) + (Digit(word, 2) * 10) + Digit(word, 3);
        int month = (Digit(word, 5) * 10) + Digit(word, 6);
        var day = (int)((tens * 10) + ones);
        if (tens > 9 || ones > 9 || year == 0 || month is 0 or > 12 || day == 0 || (day > 28 && day > DateTime.DaysInMonth(year, month)))
        {
            return false;
        }

        date = new DateOnly(year, month, day);
        return true;
    }

    /// <summary>The ticks of exactly <c>HH:mm:ss</c>, optionally with a point and 1 to 7 digits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryTime(ReadOnlySpan<byte> text, out long ticks)
    {
        ticks = 0;
        if (text.Length < TimeLength)
        {
            return false;
        }

        var word = BinaryPrimitives.ReadUInt64LittleEndian(text);
        if ((word & TimeColonMask) != TimeColons || !Swar.AreDigits((word & ~TimeColonMask) | ZerosOfColons))
        {
            return false;
        }

        int hours = (Digit(word, 0) * 10) + Digit(word, 1);
        int minutes = (Digit(word, 3) * 10) + Digit(word, 4);
        int seconds = (Digit(word, 6) * 10) + Digit(word, 7);
        if (hours > 23 || minutes > 59 || seconds > 59)
        {
            return false;
        }

        ticks = ((((hours * 60L) + minutes) * 60) + seconds) * TimeSpan.TicksPerSecond;
        return text.Length == TimeLength || TryFraction(text[TimeLength..], ref ticks);
    }

    private static bool TryFraction(ReadOnlySpan<byte> text, ref long ticks)
    {
        var digits = text.Length - 1;
        if (text[0] != '.' || digits is 0 or > MostFractionDigits || !Swar.TryParseDigits(text[1..], out var fraction))
        {
            return false;
        }

        for (var i = digits; i < MostFractionDigits; i++)
        {
            fraction *= 10;
        }

        ticks += (long)fraction;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Digit(ulong word, int index) => (int)(word >> (8 * index)) & 0xF;
}
