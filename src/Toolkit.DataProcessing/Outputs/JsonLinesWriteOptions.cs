namespace Toolkit.DataProcessing;

/// <summary>How JSON Lines are written: an object for each record, UTF-8, each on a line that LF ends.</summary>
public sealed record JsonLinesWriteOptions : OutputOptions
{
    /// <summary>Whether a missing value is left out instead of being written as <c>null</c>.</summary>
    /// <value><see langword="false"/></value>
    public bool OmitNulls { get; init; }
}
