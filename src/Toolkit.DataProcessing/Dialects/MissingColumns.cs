namespace Toolkit.DataProcessing;

/// <summary>What happens when an input lacks a column.</summary>
public enum MissingColumns
{
    /// <summary>The run fails with <see cref="CsvHeaderException"/> when it is asked for, unless the record type says that it is optional.</summary>
    Reject,

    /// <summary>Its fields are empty, as those of an optional column are. Untyped rows may ask for columns that the first input or the input itself has: a name that is misspelt still fails.</summary>
    Empty,
}
