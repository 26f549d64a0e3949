namespace Toolkit.DataProcessing;

/// <summary>Why a record was rejected.</summary>
public enum BadRowReason
{
    /// <summary>A field is no value of its column's type.</summary>
    Field,

    /// <summary>The record has more or fewer fields than the header.</summary>
    FieldCount,

    /// <summary>A quote where none may be, or text behind a closing quote.</summary>
    StrayQuote,

    /// <summary>A field that is never closed: the input ended between quotes.</summary>
    UnterminatedQuote,
}
