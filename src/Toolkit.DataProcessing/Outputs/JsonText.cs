using System.Buffers;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Texts in JSON (RFC 8259): only quotes, backslashes and control characters are escaped, all else stays UTF-8.</summary>
internal static class JsonText
{
    private static readonly SearchValues<byte> s_special = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(i => (byte)i), (byte)'"', (byte)'\\']);

    /// <summary>The name of a property with its colon.</summary>
    public static byte[] Property(string name)
    {
        var buffer = new ByteBuffer();
        Append(buffer, Encoding.UTF8.GetBytes(name));
        buffer.Append((byte)':');
        return buffer.Span.ToArray();
    }

    /// <summary>Appends a text with its quotes; invalid UTF-8 becomes U+FFFD, because JSON must be valid.</summary>
    public static void Append(ByteBuffer buffer, ReadOnlySpan<byte> utf8)
    {
        buffer.Append((byte)'"');
        if (System.Text.Unicode.Utf8.IsValid(utf8))
        {
            AppendEscaped(buffer, utf8);
        }
        else
        {
            AppendEscaped(buffer, Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8)));
        }

        buffer.Append((byte)'"');
    }

    private static void AppendEscaped(ByteBuffer buffer, ReadOnlySpan<byte> utf8)
    {
        for (var at = utf8.IndexOfAny(s_special); at >= 0; at = utf8.IndexOfAny(s_special))
        {
            buffer.Append(utf8[..at]);
            AppendEscape(buffer, utf8[at]);
            utf8 = utf8[(at + 1)..];
        }

        buffer.Append(utf8);
    }

    private static void AppendEscape(ByteBuffer buffer, byte character)
    {
        switch (character)
        {
            case (byte)'"':
                buffer.Append("\\\""u8);
                break;
            case (byte)'\\':
                buffer.Append("\\\\"u8);
                break;
            case (byte)'\n':
                buffer.Append("\\n"u8);
                break;
            case (byte)'\r':
                buffer.Append("\\r"u8);
                break;
            case (byte)'\t':
                buffer.Append("\\t"u8);
                break;
            default:
                buffer.Append("\\u00"u8);
                buffer.Append((byte)('0' + (character >> 4)));
                buffer.Append("0123456789abcdef"u8[character & 0xF]);
                break;
        }
    }
}
