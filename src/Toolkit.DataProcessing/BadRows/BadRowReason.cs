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

    /// <summary>A NUL byte, where <see cref="NulBytes.Reject"/> makes it a fault, or a check found one.</summary>
    NulByte,

    /// <summary>Bytes that are no UTF-8, where <see cref="InvalidText.Reject"/> makes them a fault, or a check found some.</summary>
    InvalidText,

    /// <summary>A line end of another kind than most: only a check tells of it, no record is bad for it.</summary>
    LineEnd,
}
