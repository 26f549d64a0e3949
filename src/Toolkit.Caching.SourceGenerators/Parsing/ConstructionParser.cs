using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Finds the generic interfaces that a project decorates, with their type arguments.</summary>
internal static class ConstructionParser
{
    private const string Method = "AddMemoized";

    /// <summary>Whether a node may be a call of AddMemoized.</summary>
    public static bool IsCandidate(SyntaxNode node) =>
        node is GenericNameSyntax { Identifier.ValueText: Method, TypeArgumentList.Arguments.Count: 2 } name
        && name.TypeArgumentList.Arguments[0] is NameSyntax;

    /// <summary>The decorator of the interface, as it is written in the namespace of the generated code; null where none is needed or known.</summary>
    public static string? Parse(GeneratorSyntaxContext context, CancellationToken cancellationToken)
    {
        if (context.SemanticModel.GetSymbolInfo(context.Node, cancellationToken).Symbol is not IMethodSymbol { Name: Method, TypeArguments.Length: 2 } method
            || method.TypeArguments[0] is not INamedTypeSymbol { IsGenericType: true } service
            || !IsClosed(service)
            || !LanguageLevel.IsEnough(context.SemanticModel.Compilation))
        {
            return null;
        }

        var definition = service.OriginalDefinition;
        var name = DecoratorParser.NameOf(definition);
        var compilation = context.SemanticModel.Compilation;
        var isThere = SymbolEqualityComparer.Default.Equals(definition.ContainingAssembly, compilation.Assembly)
            ? DecoratorParser.Parse(definition, compilation) is not null
            : definition.ContainingAssembly.GetTypeByMetadataName(Names.GeneratedNamespace + "." + name + "`" + definition.Arity) is { } decorator && compilation.IsSymbolAccessibleWithin(decorator, compilation.Assembly);
        return isThere ? name + "<" + string.Join(", ", service.TypeArguments.Select(TypeFormat.Name)) + ">" : null;
    }

    private static bool IsClosed(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol => false,
        IArrayTypeSymbol array => IsClosed(array.ElementType),
        INamedTypeSymbol named => named.TypeArguments.All(IsClosed) && TargetParser.IsReachable(named),
        _ => true,
    };
}
