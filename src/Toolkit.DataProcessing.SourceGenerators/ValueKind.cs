namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>How a column's text becomes a value.</summary>
internal enum ValueKind
{
    Unsupported,
    String,
    Boolean,
    Character,
    Integer,
    Real,
    Date,
    Guid,
    Enum,
    Utf8Parsable,
    TextParsable,
    Custom,
}
