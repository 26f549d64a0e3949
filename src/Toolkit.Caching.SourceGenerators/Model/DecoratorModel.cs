namespace Toolkit.Caching.SourceGenerators.Model;

/// <summary>A decorator of an interface with memoized methods.</summary>
internal sealed record DecoratorModel
{
    public required string Name { get; init; }

    /// <summary>The type parameters of the interface, which are the decorator's too.</summary>
    public required EquatableArray<string> TypeParameters { get; init; }

    /// <summary>Their constraints, or empty.</summary>
    public required string Constraints { get; init; }

    /// <summary>Whether other assemblies may implement and decorate it.</summary>
    public required bool IsPublic { get; init; }

    /// <summary>The interface, fully qualified.</summary>
    public required string Interface { get; init; }

    /// <summary>The generated classes behind the memoized methods, each with the type of its results.</summary>
    public required EquatableArray<DecoratedMethod> Methods { get; init; }

    /// <summary>All members, ready to be written.</summary>
    public required EquatableArray<string> Members { get; init; }
}
