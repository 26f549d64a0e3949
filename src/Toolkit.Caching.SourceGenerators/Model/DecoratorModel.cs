namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>A decorator of an interface with memoized methods.</summary>
internal sealed record DecoratorModel
{
    public required string Name { get; init; }

    /// <summary>The interface, fully qualified.</summary>
    public required string Interface { get; init; }

    /// <summary>The generated classes behind the memoized methods, each with the type of its results.</summary>
    public required EquatableArray<DecoratedMethod> Methods { get; init; }

    /// <summary>All members, ready to be written.</summary>
    public required EquatableArray<string> Members { get; init; }
}
