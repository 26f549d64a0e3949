namespace Toolkit.DataProcessing;

/// <summary>What is wrong with a field.</summary>
public enum CsvFieldFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>It is empty, and its column is neither nullable nor has a default.</summary>
    Empty,

    /// <summary>It is no value of the column's type, or out of the type's range.</summary>
    Invalid,
}
