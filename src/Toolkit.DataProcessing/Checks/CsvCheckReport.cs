using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>What a person needs to mend a file.</summary>
/// <param name="Run">How much was read.</param>
/// <param name="Faults">The kinds of fault, the most frequent first.</param>
public sealed record CsvCheckReport(RunReport Run, IReadOnlyList<CsvFaultKind> Faults)
{
    /// <summary>Whether no record is a bad one. There may still be things to know: NUL bytes, invalid text, mixed line ends.</summary>
    public bool IsClean => Faults.All(fault => !fault.IsBad);

    /// <summary>The report as text for a terminal.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{Run.Records} records, {Run.BadRecords} of them bad\n");
        foreach (var fault in Faults)
        {
            text.Append('\n')
                .Append(CultureInfo.InvariantCulture, $"{fault.Count} x {fault.Reason}{(fault.Column.Length > 0 ? $" in column '{VisibleText.Of(fault.Column)}'" : "")}{(fault.IsBad ? "" : " (taken as it is)")}\n")
                .Append(CultureInfo.InvariantCulture, $"  first: {VisibleText.Of(fault.First.Source)}, line {fault.First.Line}, byte {fault.First.ByteOffset}: {VisibleText.Of(fault.First.Message)}\n");
            foreach (var line in fault.Picture.Split('\n'))
            {
                text.Append("  ").Append(line).Append('\n');
            }

            text.Append("  ").Append(fault.Advice).Append('\n');
        }

        return text.ToString();
    }
}
