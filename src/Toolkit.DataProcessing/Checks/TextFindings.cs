namespace Toolkit.DataProcessing;

/// <summary>What a check found in the text of a partition beside bad records: how often, and where first. Lines count from the partition's start.</summary>
internal sealed class TextFindings
{
    public TextFinding NulBytes { get; } = new();

    public TextFinding InvalidText { get; } = new();

    public TextFinding LineFeeds { get; } = new();

    public TextFinding CarriageReturnLineFeeds { get; } = new();

    public TextFinding CarriageReturns { get; } = new();

    public void Add(TextFindings later, long lines)
    {
        NulBytes.Add(later.NulBytes, lines);
        InvalidText.Add(later.InvalidText, lines);
        LineFeeds.Add(later.LineFeeds, lines);
        CarriageReturnLineFeeds.Add(later.CarriageReturnLineFeeds, lines);
        CarriageReturns.Add(later.CarriageReturns, lines);
    }
}

/// <summary>How often something was found, and the first record that has it.</summary>
internal sealed class TextFinding
{
    public long Count { get; set; }

    public BadRow? First { get; set; }

    public void Add(TextFinding later, long lines)
    {
        Count += later.Count;
        First ??= later.First is { } first ? first with { Line = first.Line + lines + 1 } : null;
    }
}
