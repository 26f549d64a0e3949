using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>What the first bytes of an input say about the rest: compression by its magic number, encoding by its mark or its zero bytes.</summary>
internal static class InputFormat
{
    /// <summary>The bytes that are looked at.</summary>
    public const int ProbeBytes = 4096;

    // Text of the languages written in Latin letters has a zero in nearly every other byte; so few zeros in odd places, so many in even ones.
    private const double MostlyZero = 0.7;

    public static CsvCompression Compression(ReadOnlySpan<byte> start)
    {
        if (start.Length >= 3 && start[0] == 0x1F && start[1] == 0x8B && start[2] == 8)
        {
            return CsvCompression.Gzip;
        }

        if (start.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) || (start.Length >= 4 && (start[0] & 0xF0) == 0x50 && start[1..4].SequenceEqual<byte>([0x2A, 0x4D, 0x18])))
        {
            return CsvCompression.Zstandard;
        }

        // "BZh1" to "BZh9", then the magic number of a block or of the end.
        return start.Length >= 10 && start.StartsWith("BZh"u8) && start[3] is >= (byte)'1' and <= (byte)'9'
            && (start[4..10].SequenceEqual<byte>([0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) || start[4..10].SequenceEqual<byte>([0x17, 0x72, 0x45, 0x38, 0x50, 0x90]))
            ? CsvCompression.Bzip2
            : CsvCompression.None;
    }

    /// <summary>The encoding of text that starts with <paramref name="start"/>; <see langword="null"/> for UTF-8, which is read as it is.</summary>
    public static Encoding? TextEncoding(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith<byte>([0xFF, 0xFE, 0, 0]))
        {
            return new UTF32Encoding(bigEndian: false, byteOrderMark: true);
        }

        if (start.StartsWith<byte>([0, 0, 0xFE, 0xFF]))
        {
            return new UTF32Encoding(bigEndian: true, byteOrderMark: true);
        }

        if (start.StartsWith<byte>([0xFF, 0xFE]))
        {
            return Encoding.Unicode;
        }

        if (start.StartsWith<byte>([0xFE, 0xFF]))
        {
            return Encoding.BigEndianUnicode;
        }

        var pairs = start.Length / 2;
        if (pairs < 2 || start.StartsWith("\uFEFF"u8))
        {
            return null;
        }

        int even = 0, odd = 0;
        for (var i = 0; i < pairs; i++)
        {
            even += start[2 * i] == 0 ? 1 : 0;
            odd += start[(2 * i) + 1] == 0 ? 1 : 0;
        }

        return even == 0 && odd > pairs * MostlyZero ? Encoding.Unicode
            : odd == 0 && even > pairs * MostlyZero ? Encoding.BigEndianUnicode
            : null;
    }
}
