namespace Toolkit.DataProcessing;

/// <summary>Which fields a CSV output puts in quotes.</summary>
public enum CsvQuoting
{
    /// <summary>Those that need them: fields with a delimiter, a quote, a line end, a space at an end, and the empty text (so that it differs from a missing value).</summary>
    Needed,

    /// <summary>All but numbers, truth values and missing values.</summary>
    NonNumeric,

    /// <summary>All but missing values.</summary>
    All,
}
