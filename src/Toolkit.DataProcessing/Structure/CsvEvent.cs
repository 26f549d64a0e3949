namespace Toolkit.DataProcessing;

/// <summary>What one byte does in the written machine.</summary>
[Flags]
internal enum CsvEvent : byte
{
    None = 0,

    /// <summary>The byte separates two fields.</summary>
    FieldEnd = 1,

    /// <summary>The byte ends the last field of a record.</summary>
    RecordEnd = 2,

    /// <summary>The byte is a quote where none may be, or text behind a closing quote: bad in strict mode.</summary>
    Stray = 4,

    /// <summary>The byte is the LF of a CRLF: no event of its own.</summary>
    Swallowed = 8,
}
