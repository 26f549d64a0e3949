using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>
/// What is obsolete as an error, which no <c>#pragma</c> silences: only code that is obsolete itself may name it. (Warnings
/// and <c>[Experimental]</c> are silenced in generated files.)
/// </summary>
internal static class Obsoletion
{
    /// <summary>Whether code that only repeats the signature of the method and calls it names something of that kind.</summary>
    public static bool Concerns(IMethodSymbol method) =>
        IsError(method) || Names(method.ContainingType) || Names(method.ReturnType)
        || method.Parameters.Any(static p => Names(p.Type)) || Constrains(method.TypeParameters)
        || TypeFormat.ContainingTypes(method).Any(static t => Constrains(t.TypeParameters));

    /// <summary>Whether a constraint of these type parameters does.</summary>
    public static bool Constrains(IEnumerable<ITypeParameterSymbol> parameters) =>
        parameters.Any(static p => p.ConstraintTypes.Any(Names));

    /// <summary>Whether the symbol itself is.</summary>
    public static bool IsError(ISymbol symbol) => symbol.GetAttributes().Any(static a =>
        a.AttributeClass is { Name: "ObsoleteAttribute", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } }
        && a.ConstructorArguments.Length == 2 && a.ConstructorArguments[1].Value is true);

    private static bool Names(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => Names(array.ElementType),
        INamedTypeSymbol named => IsError(named) || named.TypeArguments.Any(static t => t is not ITypeParameterSymbol && Names(t)) || (named.ContainingType is { } outer && Names(outer)),
        _ => false,
    };
}
