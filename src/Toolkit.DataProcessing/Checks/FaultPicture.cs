using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Draws the line of a bad record with a caret under the fault.</summary>
internal static class FaultPicture
{
    private const int Width = 100;
    private const int Before = 40;

    public static string Draw(BadRow row, CsvDialect dialect, IReadOnlyList<string> header)
    {
        var raw = row.Raw.Span;
        var fault = row.Reason switch
        {
            BadRowReason.FieldCount or BadRowReason.LineEnd => raw.Length,
            BadRowReason.NulByte => raw.IndexOf((byte)0),
            BadRowReason.InvalidText => PartitionScan.InvalidAt(raw),
            BadRowReason.StrayQuote => Stray(raw, dialect),
            BadRowReason.UnterminatedQuote => Opening(raw, dialect),
            _ => FieldStart(raw, dialect, IndexOf(header, row.Column)),
        };

        // The caret counts characters as they are drawn; control characters become visible ones.
        var before = Visible(raw[..fault]);
        var line = before + Visible(raw[fault..]);
        var skip = before.Length > Width - Before ? before.Length - Before : 0;
        var shown = line.Length - skip > Width ? $"{line.AsSpan(skip, Width)}…" : line[skip..];
        return $"{(skip > 0 ? "…" : "")}{shown}\n{new string(' ', before.Length - skip + (skip > 0 ? 1 : 0))}^";
    }

    private static int IndexOf(IReadOnlyList<string> header, string column)
    {
        for (var i = 0; i < header.Count; i++)
        {
            if (string.Equals(header[i].Trim(), column.Trim(), StringComparison.OrdinalIgnoreCase))
            {
                return i;
            }
        }

        return 0;
    }

    // The written state machine, at a caret's pace.
    private static int FieldStart(ReadOnlySpan<byte> raw, CsvDialect dialect, int field)
    {
        var quoted = false;
        var start = 0;
        for (var i = 0; i < raw.Length && field > 0; i++)
        {
            if (dialect.Quotes != CsvQuotes.None && raw[i] == dialect.Quote && (quoted || i == start))
            {
                quoted = !quoted;
            }
            else if (raw[i] == dialect.Delimiter && !quoted)
            {
                start = i + 1;
                field--;
            }
        }

        return start;
    }

    private static int Stray(ReadOnlySpan<byte> raw, CsvDialect dialect)
    {
        var start = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == dialect.Delimiter)
            {
                start = i + 1;
            }
            else if (raw[i] == dialect.Quote)
            {
                if (i != start)
                {
                    return i;
                }

                for (i++; i < raw.Length && !(raw[i] == dialect.Quote && (i + 1 == raw.Length || raw[i + 1] != dialect.Quote)); i++)
                {
                    i += raw[i] == dialect.Quote ? 1 : 0;
                }

                if (i + 1 < raw.Length && raw[i + 1] != dialect.Delimiter)
                {
                    return i + 1;
                }
            }
        }

        return 0;
    }

    private static int Opening(ReadOnlySpan<byte> raw, CsvDialect dialect)
    {
        var quoted = false;
        int start = 0, opening = 0;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == dialect.Quote && (quoted || i == start))
            {
                quoted = !quoted;
                opening = quoted && i == start ? i : opening;
            }
            else if (raw[i] == dialect.Delimiter && !quoted)
            {
                start = i + 1;
            }
        }

        return opening;
    }

    private static string Visible(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder();
        foreach (var character in Encoding.UTF8.GetString(bytes))
        {
            text.Append(character < ' ' ? (char)(0x2400 + character) : character);
        }

        return text.ToString();
    }
}
