using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>How types are written in generated code.</summary>
internal static class TypeFormat
{
    private static readonly SymbolDisplayFormat Full = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier | SymbolDisplayMiscellaneousOptions.EscapeKeywordIdentifiers);

    public static string Escape(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    public static string Name(ITypeSymbol type) => type.ToDisplayString(Full);

    /// <summary>The type parameters of the containing types, from the outside in, then the method's own.</summary>
    public static IEnumerable<ITypeParameterSymbol> TypeParameters(IMethodSymbol method) =>
        ContainingTypes(method).SelectMany(static type => type.TypeParameters).Concat(method.TypeParameters);

    public static IEnumerable<INamedTypeSymbol> ContainingTypes(IMethodSymbol method)
    {
        List<INamedTypeSymbol> types = [];
        for (var type = method.ContainingType; type is not null; type = type.ContainingType)
        {
            types.Insert(0, type);
        }

        return types;
    }

    public static string Constraints(IEnumerable<ITypeParameterSymbol> parameters) =>
        string.Concat(parameters.Select(Constraint));

    private static string Constraint(ITypeParameterSymbol parameter)
    {
        List<string> parts = [];
        if (parameter.HasUnmanagedTypeConstraint)
        {
            parts.Add("unmanaged");
        }
        else if (parameter.HasValueTypeConstraint)
        {
            parts.Add("struct");
        }
        else if (parameter.HasReferenceTypeConstraint)
        {
            parts.Add(parameter.ReferenceTypeConstraintNullableAnnotation == NullableAnnotation.Annotated ? "class?" : "class");
        }
        else if (parameter.HasNotNullConstraint)
        {
            parts.Add("notnull");
        }

        parts.AddRange(parameter.ConstraintTypes.Select(Name));
        if (parameter.HasConstructorConstraint && !parameter.HasValueTypeConstraint && !parameter.HasUnmanagedTypeConstraint)
        {
            parts.Add("new()");
        }

        if (parameter.AllowsRefLikeType)
        {
            parts.Add("allows ref struct");
        }

        return parts.Count == 0 ? "" : " where " + Escape(parameter.Name) + " : " + string.Join(", ", parts);
    }
}
