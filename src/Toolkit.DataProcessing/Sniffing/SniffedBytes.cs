using System.Text;
using System.Text.Unicode;

namespace Toolkit.DataProcessing;

/// <summary>The beginning of a file, and what its bytes say of compression and encoding.</summary>
internal static class SniffedBytes
{
    private const int Most = 64 * 1024;
    private const int LongestCharacter = 4;

    /// <summary>Reads the beginning, decompressed, and transcoded where the encoding is known by its mark or was said.</summary>
    public static (byte[] Bytes, bool IsWhole) Read(DecodingInputSource source, CsvOptions options, List<string> reasons)
    {
        using (var raw = source.OpenRaw())
        {
            var probe = new byte[InputFormat.ProbeBytes];
            var start = probe.AsSpan(0, Fill(raw, probe));
            if (options.Compression == CsvCompression.Detect && InputFormat.Compression(start) is not CsvCompression.None and var compression)
            {
                reasons.Add($"the first bytes are those of {compression}");
            }
            else if (options.Encoding is null && InputFormat.TextEncoding(start) is { } encoding)
            {
                reasons.Add($"the first bytes are text in {encoding.WebName}");
            }
        }

        using var input = source.Open();
        var bytes = new byte[Most];
        var length = Fill(input, bytes);
        return (bytes[..length], length < bytes.Length);
    }

    /// <summary>Another encoding than UTF-8 where the bytes are none: null where they are, or are known.</summary>
    public static Encoding? EncodingOf(ReadOnlySpan<byte> bytes, bool isWhole, CsvOptions options, List<string> reasons)
    {
        var complete = isWhole ? bytes : bytes[..^CutCharacter(bytes)];
        if (options.Encoding is not null || Utf8.IsValid(complete))
        {
            return null;
        }

        // What is UTF-8 by and large has characters of several bytes that are right; in another encoding that is a rare accident.
        var at = PartitionScan.InvalidAt(complete);
        int valid = 0, invalid = 0;
        while (!complete.IsEmpty)
        {
            var isValid = Rune.DecodeFromUtf8(complete, out _, out var consumed) == System.Buffers.OperationStatus.Done;
            valid += isValid && consumed > 1 ? 1 : 0;
            invalid += isValid ? 0 : 1;
            complete = complete[consumed..];
        }

        if (valid >= invalid)
        {
            reasons.Add($"{invalid} bytes are no UTF-8, the first one at {at}; as {valid} other characters beyond ASCII are, the text is damaged or mixed");
            return null;
        }

        reasons.Add($"byte {at} is no UTF-8, nor is most of what is beyond ASCII: probably Latin-1, or Windows-1252, which Encoding.GetEncoding(1252) reads once CodePagesEncodingProvider is registered");
        return Encoding.Latin1;
    }

    /// <summary>The text behind some lines.</summary>
    public static string SkipLines(string text, int lines)
    {
        var from = 0;
        for (; lines > 0 && from < text.Length; lines--)
        {
            var end = text.AsSpan(from).IndexOfAny('\r', '\n');
            from = end < 0 ? text.Length : from + end + (text.AsSpan(from + end).StartsWith("\r\n") ? 2 : 1);
        }

        return text[from..];
    }

    // The bytes of a character that the end of the sample cuts through.
    private static int CutCharacter(ReadOnlySpan<byte> bytes)
    {
        for (var length = 1; length < Math.Min(LongestCharacter, bytes.Length); length++)
        {
            if ((bytes[^length] & 0xC0) != 0x80)
            {
                return bytes[^length] >= 0xC0 ? length : 0;
            }
        }

        return 0;
    }

    private static int Fill(CsvInput input, Span<byte> target)
    {
        var total = 0;
        while (total < target.Length && input.Read(target[total..], total) is > 0 and var count)
        {
            total += count;
        }

        return total;
    }
}
