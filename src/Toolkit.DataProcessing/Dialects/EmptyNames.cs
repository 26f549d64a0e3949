namespace Toolkit.DataProcessing;

/// <summary>What happens to columns without a name in the header.</summary>
public enum EmptyNames
{
    /// <summary>They are called by their position from 0, as all columns of a file without a header are: <c>column3</c>.</summary>
    Number,

    /// <summary>Their name is empty.</summary>
    Keep,

    /// <summary>The file is refused with <see cref="CsvHeaderException"/>.</summary>
    Reject,
}
