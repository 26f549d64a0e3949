namespace Toolkit.DataProcessing;

/// <summary>What happens when a name comes twice in a header.</summary>
public enum DuplicateNames
{
    /// <summary>Asking for the name fails with <see cref="CsvHeaderException"/>, which tells the positions; both columns can be read by position. Nothing happens where nobody asks for it.</summary>
    Ambiguous,

    /// <summary>The name means the first of the columns.</summary>
    First,

    /// <summary>Later ones get numbers: <c>name</c>, <c>name_1</c>, <c>name_2</c>.</summary>
    Rename,

    /// <summary>The file is refused with <see cref="CsvHeaderException"/>.</summary>
    Reject,
}
