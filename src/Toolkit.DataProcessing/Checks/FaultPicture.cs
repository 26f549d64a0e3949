using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Draws the line of a bad record with a caret under the fault.</summary>
internal static class FaultPicture
{
    // In columns of a terminal.
    private const int Width = 100;
    private const int Before = 40;
    private const int LongestCharacter = 4;

    public static string Draw(BadRow row, CsvDialect dialect)
    {
        var raw = row.Raw.Span;
        var fault = row.Reason switch
        {
            BadRowReason.FieldCount or BadRowReason.LineEnd => raw.Length,
            BadRowReason.NulByte => raw.IndexOf((byte)0),
            BadRowReason.InvalidText => PartitionScan.InvalidAt(raw),
            BadRowReason.StrayQuote => Stray(raw, dialect),
            BadRowReason.UnterminatedQuote => Opening(raw, dialect),
            _ => FieldStart(raw, dialect, row.Field),
        };

        // Of a line of megabytes only what may be shown is looked at.
        var from = CharacterAt(raw, Math.Max(0, fault - (Width * LongestCharacter)));
        var to = CharacterAt(raw, Math.Min(raw.Length, fault + (Width * LongestCharacter)));
        var before = Runes(raw[from..fault]);
        var behind = Runes(raw[fault..to]);
        var columns = before.Sum(VisibleText.Columns);
        var skipped = 0;
        while (columns > Before && (columns > Width - Before || from > 0))
        {
            columns -= VisibleText.Columns(before[skipped++]);
        }

        return Draw(before[skipped..], behind, columns, cutBefore: skipped > 0 || from > 0, cutBehind: to < raw.Length);
    }

    private static string Draw(List<Rune> before, List<Rune> behind, int columns, bool cutBefore, bool cutBehind)
    {
        var picture = new StringBuilder(cutBefore ? "…" : "");
        before.ForEach(rune => picture.Append(rune));
        var used = columns;
        var shown = 0;
        while (shown < behind.Count && used + VisibleText.Columns(behind[shown]) <= Width)
        {
            used += VisibleText.Columns(behind[shown]);
            picture.Append(behind[shown++]);
        }

        picture.Append(shown < behind.Count || cutBehind ? "…\n" : "\n");
        return picture.Append(' ', columns + (cutBefore ? 1 : 0)).Append('^').ToString();
    }

    private static List<Rune> Runes(ReadOnlySpan<byte> bytes)
    {
        var runes = new List<Rune>();
        while (!bytes.IsEmpty)
        {
            Rune.DecodeFromUtf8(bytes, out var rune, out var consumed);
            runes.Add(VisibleText.Of(rune));
            bytes = bytes[consumed..];
        }

        return runes;
    }

    // The first byte of the character that a position is in.
    private static int CharacterAt(ReadOnlySpan<byte> raw, int position)
    {
        var at = position;
        while (at > 0 && at < raw.Length && position - at < LongestCharacter && (raw[at] & 0xC0) == 0x80)
        {
            at--;
        }

        return at;
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
}
