namespace Toolkit.DataProcessing;

/// <summary>How quotes are read. The records of a file are cut at the same places in <see cref="Strict"/> and <see cref="Lenient"/>.</summary>
public enum CsvQuotes
{
    /// <summary>
    /// A quote opens a field only at the field's first byte, and <c>""</c> inside it is one quote. A quote elsewhere, text
    /// behind a closing quote and a field that is never closed make the record a bad one.
    /// </summary>
    Strict,

    /// <summary>As <see cref="Strict"/>, but a stray quote and what follows a closing quote are text. A field that is never closed is still bad.</summary>
    Lenient,

    /// <summary>Quotes are text everywhere: every line end ends a record.</summary>
    None,
}
