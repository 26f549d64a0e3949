using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>The one place that says which value the raw bytes of a quoted field stand for.</summary>
internal static class FieldText
{
    /// <summary>The bytes of a field that a message shows.</summary>
    public const int LongestExcerpt = 60;

    /// <summary>
    /// Unescapes <paramref name="raw"/>, which starts with <paramref name="quote"/>: a doubled quote inside stands for one,
    /// the first single quote ends the quoted part, and what follows it (lenient mode: <c>"a"x</c>) is text as it stands.
    /// </summary>
    public static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw, byte quote, FieldScratch scratch)
    {
        var target = scratch.Rent(raw.Length);
        var rest = raw[1..];
        var written = 0;
        while (true)
        {
            var at = rest.IndexOf(quote);
            if (at < 0)
            {
                break;
            }

            rest[..at].CopyTo(target[written..]);
            written += at;
            if (at + 1 >= rest.Length || rest[at + 1] != quote)
            {
                rest = rest[(at + 1)..];
                break;
            }

            target[written++] = quote;
            rest = rest[(at + 2)..];
        }

        rest.CopyTo(target[written..]);
        return target[..(written + rest.Length)];
    }

    /// <summary>Appends what <see cref="Excerpt"/> gives.</summary>
    public static void AppendExcerpt(ByteBuffer target, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= LongestExcerpt && !utf8.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            target.Append(utf8);
        }
        else
        {
            CsvText.Append(target, Excerpt(utf8));
        }
    }

    /// <summary>The beginning of a field for a message: short, on one line, control characters made visible.</summary>
    public static string Excerpt(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= LongestExcerpt)
        {
            return VisibleText.Of(Encoding.UTF8.GetString(utf8));
        }

        // Not within a character.
        var length = LongestExcerpt;
        while (length > LongestExcerpt - 3 && (utf8[length] & 0xC0) == 0x80)
        {
            length--;
        }

        return VisibleText.Of(Encoding.UTF8.GetString(utf8[..length])) + "…";
    }
}
