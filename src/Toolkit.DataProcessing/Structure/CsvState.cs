namespace Toolkit.DataProcessing;

/// <summary>The states of the machine that says what a file means.</summary>
internal enum CsvState : byte
{
    /// <summary>At the first byte of a field; a record starts where the field is its first.</summary>
    FieldStart,

    /// <summary>As <see cref="FieldStart"/> of a new record, right after a CR: an LF is the rest of the line end.</summary>
    AfterCr,

    /// <summary>In a field without quotes, or behind the closing quote of one where text follows.</summary>
    Unquoted,

    /// <summary>Between quotes.</summary>
    Quoted,

    /// <summary>Behind a quote between quotes: it closed the field, or is the first of a doubled pair.</summary>
    QuoteInQuoted,
}
