namespace Toolkit.DataProcessing.SourceGenerators;

/// <summary>One column, with all that the emitter needs and nothing of the compilation.</summary>
/// <param name="Member">The parameter's or property's name.</param>
/// <param name="Type">The fully qualified type, without the question mark of a nullable value.</param>
/// <param name="Kind">How the text becomes a value.</param>
internal sealed record ColumnModel(string Member, string Type, ValueKind Kind)
{
    /// <summary>The property that the value is read from for output, or null.</summary>
    public string? Readable { get; init; }

    public bool IsParameter { get; init; }

    public bool IsNullable { get; init; }

    public bool IsValueType { get; init; }

    public string ColumnName { get; init; } = "";

    public bool HasExplicitName { get; init; }

    public int Index { get; init; } = -1;

    public EquatableArray<string> Aliases { get; init; }

    public EquatableArray<string> NullValues { get; init; }

    public bool Optional { get; init; }

    /// <summary>An expression of the member's type, or null.</summary>
    public string? Default { get; init; }

    /// <summary>A text that is parsed when the type is first used, for types that have no literals.</summary>
    public string? DefaultText { get; init; }

    public string? Format { get; init; }

    public string? Culture { get; init; }

    public bool Pool { get; init; }

    public string? Parser { get; init; }

    public bool IsFlags { get; init; }

    /// <summary>The names of an enumeration with the text that stands for each.</summary>
    public EquatableArray<EnumName> EnumNames { get; init; }

    /// <summary>The member of CsvValueType.</summary>
    public string ValueType { get; init; } = "Text";

    public string Expected { get; init; } = "";

    /// <summary>The type that IFieldWriter takes (a cast), or null to write the value's text.</summary>
    public string? WriteAs { get; init; }

    public bool IsFormattable { get; init; }

    public bool HasDefault => Default is not null || DefaultText is not null;
}

/// <summary>A name of an enumeration and its text in files.</summary>
internal sealed record EnumName(string Name, string Text);
