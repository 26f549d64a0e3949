namespace Toolkit.DataProcessing;

/// <summary>What the rows of one worker have in common; a row refers to it instead of carrying it.</summary>
internal sealed class RowContext
{
    /// <summary>Where fields with doubled quotes are unescaped to.</summary>
    public FieldScratch Scratch { get; init; } = new();

    /// <summary>The quote, or -1 where quotes are text.</summary>
    public int Quote = '"';

    /// <summary>Whether a field between quotes may hold anything but plain text: a doubled quote, or text behind the closing one.</summary>
    public bool MayEscape = true;

    /// <summary>The offset in the source of the byte that positions refer to.</summary>
    public long Origin;

    /// <summary>The number of the record before the first of the batch, plus one.</summary>
    public long FirstRecord;

    /// <summary>The names of the columns.</summary>
    public CsvHeader Header = CsvHeader.None;
}
