namespace Toolkit.DataProcessing;

/// <summary>One column of a <see cref="CsvSchema"/>.</summary>
/// <param name="Name">The name in the header, also the name that outputs write.</param>
/// <param name="Type">The kind of value.</param>
/// <param name="Expected">What a field has to be, for messages: "an integer from -128 to 127".</param>
public sealed record CsvColumn(string Name, CsvValueType Type, string Expected)
{
    /// <summary>The position that the user fixed, from 0.</summary>
    /// <value>-1: found by name.</value>
    public int Index { get; init; } = -1;

    /// <summary>Whether <see cref="Name"/> was given by the user. A name that was taken from a member matches more loosely.</summary>
    /// <value><see langword="false"/></value>
    public bool HasExplicitName { get; init; }

    /// <summary>Further names under which the column is found.</summary>
    /// <value>Empty.</value>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Whether a source may lack the column.</summary>
    /// <value><see langword="false"/></value>
    public bool Optional { get; init; }

    /// <summary>Whether an empty field is a value: a nullable type.</summary>
    /// <value><see langword="false"/></value>
    public bool Nullable { get; init; }
}
