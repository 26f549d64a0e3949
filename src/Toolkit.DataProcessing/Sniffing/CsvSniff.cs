using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>What the beginning of a file looks like, and why. Nothing is applied by itself: give <see cref="Options"/> to a scan.</summary>
/// <param name="Options">How the file is probably to be read.</param>
/// <param name="Columns">The columns with their probable types.</param>
/// <param name="Preamble">The records before the header that do not belong to the table; <paramref name="Options"/> skip their lines.</param>
/// <param name="Escape">What makes a quote within quotes a part of the field: the quote itself, or another character, which <paramref name="Options"/> have too.</param>
/// <param name="Confidence">From 0 to 1: the share of the sampled records that fit the delimiter, less what speaks for another one.</param>
/// <param name="Explanation">Why, one sentence a finding.</param>
public sealed record CsvSniff(CsvOptions Options, IReadOnlyList<CsvColumn> Columns, int Preamble, char Escape, double Confidence, IReadOnlyList<string> Explanation)
{
    /// <summary>The findings as text for a terminal.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"delimiter '{(Options.Dialect.Delimiter == '\t' ? "tab" : Options.Dialect.Delimiter)}', quote {Options.Dialect.Quote}, escape {Escape}, {(Options.HasHeader ? "with" : "without")} header, confidence {Confidence:0.00}\n");
        foreach (var reason in Explanation)
        {
            text.Append("  ").Append(VisibleText.Of(reason)).Append('\n');
        }

        foreach (var column in Columns)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {VisibleText.Of(column.Name)}: {column.Type}{(column.Nullable ? ", some are empty" : "")}\n");
        }

        return text.ToString();
    }
}
