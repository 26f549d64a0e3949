using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Names of types that mean something to keys and results.</summary>
internal static class KnownTypes
{
    private static readonly HashSet<string> Values = new(StringComparer.Ordinal)
    {
        "double", "float", "decimal", "System.Half", "System.Int128", "System.UInt128", "System.DateTime", "System.DateTimeOffset",
        "System.TimeSpan", "System.DateOnly", "System.TimeOnly", "System.Guid", "System.Numerics.BigInteger", "System.Uri", "System.Version", "System.Type",
    };

    private static readonly HashSet<string> Sequences = new(StringComparer.Ordinal)
    {
        "System.Collections.Generic.List<T>", "System.Collections.Generic.IList<T>", "System.Collections.Generic.ICollection<T>",
        "System.Collections.Generic.IReadOnlyList<T>", "System.Collections.Generic.IReadOnlyCollection<T>",
        "System.Collections.Immutable.ImmutableList<T>", "System.Collections.ObjectModel.ReadOnlyCollection<T>",
    };

    private static readonly HashSet<string> Sets = new(StringComparer.Ordinal)
    {
        "System.Collections.Generic.HashSet<T>", "System.Collections.Generic.ISet<T>", "System.Collections.Generic.IReadOnlySet<T>",
        "System.Collections.Generic.SortedSet<T>", "System.Collections.Immutable.ImmutableHashSet<T>", "System.Collections.Frozen.FrozenSet<T>",
    };

    private static readonly HashSet<string> Maps = new(StringComparer.Ordinal)
    {
        "System.Collections.Generic.Dictionary<TKey, TValue>", "System.Collections.Generic.IDictionary<TKey, TValue>",
        "System.Collections.Generic.IReadOnlyDictionary<TKey, TValue>", "System.Collections.Generic.SortedDictionary<TKey, TValue>",
        "System.Collections.Immutable.ImmutableDictionary<TKey, TValue>", "System.Collections.Frozen.FrozenDictionary<TKey, TValue>",
    };

    private static readonly HashSet<string> Immutable = new(StringComparer.Ordinal)
    {
        "System.Collections.Immutable.ImmutableList<T>", "System.Collections.Immutable.ImmutableArray<T>", "System.Collections.Immutable.ImmutableHashSet<T>",
        "System.Collections.Immutable.ImmutableDictionary<TKey, TValue>", "System.Collections.Frozen.FrozenSet<T>", "System.Collections.Frozen.FrozenDictionary<TKey, TValue>",
    };

    /// <summary>Values that the runtime compares and writes by itself.</summary>
    public static bool IsValue(ITypeSymbol type) => Values.Contains(Name(type));

    public static bool IsSequence(ITypeSymbol type) => Sequences.Contains(Name(type));

    public static bool IsSet(ITypeSymbol type) => Sets.Contains(Name(type));

    public static bool IsMap(ITypeSymbol type) => Maps.Contains(Name(type));

    public static bool IsImmutableCollection(ITypeSymbol type) => Immutable.Contains(Name(type));

    /// <summary>A collection that whoever gets it can change.</summary>
    public static bool IsMutableCollection(ITypeSymbol type) =>
        type is IArrayTypeSymbol
        || (Name(type) is "System.Collections.Generic.List<T>" or "System.Collections.Generic.IList<T>" or "System.Collections.Generic.ICollection<T>"
            or "System.Collections.Generic.HashSet<T>" or "System.Collections.Generic.ISet<T>" or "System.Collections.Generic.SortedSet<T>"
            or "System.Collections.Generic.Dictionary<TKey, TValue>" or "System.Collections.Generic.IDictionary<TKey, TValue>"
            or "System.Collections.Generic.SortedDictionary<TKey, TValue>" or "System.Collections.Generic.Queue<T>" or "System.Collections.Generic.Stack<T>"
            or "System.Text.StringBuilder" or "System.Memory<T>");

    /// <summary>The definition's name: <c>System.Collections.Generic.List&lt;T&gt;</c>.</summary>
    public static string Name(ITypeSymbol type) => type.OriginalDefinition.WithNullableAnnotation(NullableAnnotation.None).ToDisplayString();

    public static bool Implements(ITypeSymbol type, string definition) => type.AllInterfaces.Any(i => Name(i) == definition);

    /// <summary>Whether the type says itself what equal means.</summary>
    public static bool HasValueEquality(ITypeSymbol type)
    {
        if (type.IsRecord || type.AllInterfaces.Any(i => Name(i) == "System.IEquatable<T>" && SymbolEqualityComparer.Default.Equals(i.TypeArguments[0], type)))
        {
            return true;
        }

        return type.TypeKind == TypeKind.Class && OverridesEquals(type);
    }

    private static bool OverridesEquals(ITypeSymbol type)
    {
        for (var current = type; current is not null && current.SpecialType != SpecialType.System_Object; current = current.BaseType)
        {
            if (current.GetMembers("Equals").OfType<IMethodSymbol>().Any(static m => m.IsOverride && m.Parameters.Length == 1))
            {
                return true;
            }
        }

        return false;
    }
}
