using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Fields of a CSV file of our own: commas, and quotes where they are needed.</summary>
internal static class CsvText
{
    /// <summary>The most bytes of a number.</summary>
    public const int LongestNumber = 20;

    private static readonly SearchValues<byte> s_special = SearchValues.Create(",\"\r\n"u8);

    public static void AppendNumber(ByteBuffer target, long value)
    {
        Utf8Formatter.TryFormat(value, target.Free(LongestNumber), out var written);
        target.Advance(written);
    }

    /// <summary>Appends a text as it stands.</summary>
    public static void Append(ByteBuffer target, string text) =>
        target.Advance(Encoding.UTF8.GetBytes(text, target.Free(Encoding.UTF8.GetMaxByteCount(text.Length))));

    /// <summary>Whether a field has to be between quotes.</summary>
    public static bool NeedsQuotes(ReadOnlySpan<byte> field) => field.IndexOfAny(s_special) >= 0;

    public static void AppendField(ByteBuffer target, string text)
    {
        var start = target.Length;
        Append(target, text);
        QuoteFrom(target, start);
    }

    public static void AppendField(ByteBuffer target, ReadOnlySpan<byte> bytes)
    {
        if (!NeedsQuotes(bytes))
        {
            target.Append(bytes);
            return;
        }

        target.Append((byte)'"');
        AppendEscaped(target, bytes, (byte)'"');
        target.Append((byte)'"');
    }

    /// <summary>Appends what stands between two quotes: each quote in it is doubled.</summary>
    public static void AppendEscaped(ByteBuffer target, scoped ReadOnlySpan<byte> bytes, byte quote)
    {
        for (var at = bytes.IndexOf(quote); at >= 0; at = bytes.IndexOf(quote))
        {
            target.Append(bytes[..(at + 1)]);
            target.Append(quote);
            bytes = bytes[(at + 1)..];
        }

        target.Append(bytes);
    }

    /// <summary>Makes what was appended from a position on a field.</summary>
    public static void QuoteFrom(ByteBuffer target, int start)
    {
        if (NeedsQuotes(target.Span[start..]))
        {
            var plain = target.Span[start..].ToArray();
            target.Truncate(start);
            AppendField(target, plain);
        }
    }
}
