namespace Toolkit.DataProcessing;

/// <summary>Says where a member of a <see cref="CsvRecordAttribute"/> type comes from, and how it is parsed.</summary>
/// <remarks>
/// A member without the attribute, or without a name, is matched with the header by its own name: exactly, or else without
/// regard to case, spaces, hyphens and underscores (<c>TotalAmount</c> finds <c>total_amount</c>). A name that is given
/// matches exactly, or else without regard to case and surrounding spaces.
/// </remarks>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class CsvColumnAttribute : Attribute
{
    /// <summary>A column that is found by the member's own name.</summary>
    public CsvColumnAttribute()
    {
    }

    /// <summary>A column that is found by a name of the header.</summary>
    /// <param name="name">The name in the header.</param>
    public CsvColumnAttribute(string name) => Name = name;

    /// <summary>A column that is found by its position, with and without a header.</summary>
    /// <param name="index">The position, from 0.</param>
    public CsvColumnAttribute(int index) => Index = index;

    /// <summary>The name in the header.</summary>
    /// <value><see langword="null"/>: the member's own name.</value>
    public string? Name { get; }

    /// <summary>The position in the record, from 0.</summary>
    /// <value>-1: found by name; in a file without a header, the member's own position.</value>
    public int Index { get; } = -1;

    /// <summary>Further names under which other files have the same column.</summary>
    /// <value>Empty.</value>
    public string[] Aliases { get; set; } = [];

    /// <summary>
    /// The value of an empty field and of a missing column: a constant of the member's type, or a text that is parsed to it
    /// (for <see cref="decimal"/>, dates and identifiers, which have no constants in attributes).
    /// </summary>
    /// <value>Not given: an empty field of a type that is not nullable is an error, and so is a missing column.</value>
    public object? Default { get; set; }

    /// <summary>Whether a source may lack the column; its value is then <see cref="Default"/>, or the type's default.</summary>
    /// <value><see langword="false"/></value>
    public bool Optional { get; set; }

    /// <summary>Texts that stand for no value, for example <c>NA</c>; compared exactly.</summary>
    /// <value>Empty: only an empty field is no value.</value>
    public string[] NullValues { get; set; } = [];

    /// <summary>The exact format of a date or time, as in <see cref="DateTime.ParseExact(string, string, IFormatProvider?)"/>.</summary>
    /// <value><see langword="null"/>: ISO 8601.</value>
    public string? Format { get; set; }

    /// <summary>The culture that numbers and dates of the column are written in, for example <c>de-DE</c>.</summary>
    /// <value><see langword="null"/>: the culture of the record type.</value>
    public string? Culture { get; set; }

    /// <summary>Whether equal strings of the column share one instance for each worker.</summary>
    /// <value><see langword="false"/></value>
    public bool Pool { get; set; }

    /// <summary>A type that implements <see cref="ICsvFieldParser{T}"/> for the member's type.</summary>
    /// <value><see langword="null"/>: the parser of the type.</value>
    public Type? Parser { get; set; }
}
