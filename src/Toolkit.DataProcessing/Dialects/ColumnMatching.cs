namespace Toolkit.DataProcessing;

/// <summary>How the columns of several inputs belong together.</summary>
public enum ColumnMatching
{
    /// <summary>By the names in each input's own header: they may come in another order.</summary>
    ByName,

    /// <summary>By their position: the first input's header names them, those of the others are skipped without being looked at, and must have as many columns.</summary>
    ByPosition,

    /// <summary>All headers must be the same, name by name; else the run fails with <see cref="CsvHeaderException"/>.</summary>
    Same,
}
