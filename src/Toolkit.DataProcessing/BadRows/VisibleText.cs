using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>
/// Text of unknown files for a terminal: nothing of it moves the cursor, changes colours, turns the direction of writing over
/// or hides other text. Control characters become their pictures, what else can't be shown U+FFFD.
/// </summary>
internal static class VisibleText
{
    private const int Pictures = 0x2400;
    private const char Delete = '\u007F';
    private const char DeletePicture = '\u2421';

    // Unicode's East Asian Width: the blocks whose characters take two columns.
    private static readonly (int First, int Last)[] s_wide =
    [
        (0x1100, 0x115F), (0x2E80, 0x303E), (0x3041, 0xA4CF), (0xA960, 0xA97F), (0xAC00, 0xD7A3), (0xF900, 0xFAFF), (0xFE30, 0xFE6F),
        (0xFF00, 0xFF60), (0xFFE0, 0xFFE6), (0x1F300, 0x1F64F), (0x1F680, 0x1F6FF), (0x1F900, 0x1F9FF), (0x1FA70, 0x1FAFF), (0x20000, 0x3FFFD),
    ];

    /// <summary>The text as it can be shown, on one line.</summary>
    public static string Of(string text)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return text;
        }

        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            visible.Append(Of(rune));
        }

        return visible.ToString();
    }

    /// <summary>The character as it can be shown.</summary>
    public static Rune Of(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        _ when rune.Value < ' ' => new Rune(Pictures + rune.Value),
        _ when rune.Value == Delete => new Rune(DeletePicture),
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => Rune.ReplacementChar,
        _ => rune,
    };

    /// <summary>The columns that a character takes in a terminal.</summary>
    public static int Columns(Rune rune)
    {
        if (rune.Value < s_wide[0].First)
        {
            return Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0 : 1;
        }

        foreach (var (first, last) in s_wide)
        {
            if (rune.Value >= first && rune.Value <= last)
            {
                return 2;
            }
        }

        return Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0 : 1;
    }
}
