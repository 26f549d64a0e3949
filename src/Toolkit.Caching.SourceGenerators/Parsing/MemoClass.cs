using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>The class, in each namespace with memoized methods, through which people reach the caches.</summary>
internal static class MemoClass
{
    private const string Default = "Memo";

    // As it is in metadata: a keyword without its @.
    private static readonly SymbolDisplayFormat Plain = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Its name, as generated code writes it.</summary>
    public static string NameOf(IMethodSymbol method) => Chosen(method.ContainingAssembly) is { } name ? TypeFormat.Escape(name)
        : IsTaken(method) ? "MemoOf"
        : Default;

    /// <summary>The name that the assembly asks for, or null.</summary>
    public static string? Chosen(IAssemblySymbol assembly) =>
        Attribute(assembly) is { ConstructorArguments.Length: 1 } attribute ? attribute.ConstructorArguments[0].Value as string ?? "" : null;

    /// <summary>Whether the assembly keeps it to itself.</summary>
    public static bool IsInternal(IAssemblySymbol assembly) =>
        Attribute(assembly)?.NamedArguments.Any(static a => a.Key == "IsInternal" && a.Value.Value is true) == true;

    public static bool IsValid(string name) => SyntaxFacts.IsValidIdentifier(name);

    /// <summary>The name of a referenced assembly whose class the project's own one hides, or null.</summary>
    public static string? Hidden(IMethodSymbol method, string name, Compilation compilation)
    {
        var space = method.ContainingNamespace;
        var full = (space.IsGlobalNamespace ? "" : space.ToDisplayString(Plain) + ".") + name.TrimStart('@');
        return compilation.SourceModule.ReferencedAssemblySymbols
            .FirstOrDefault(a => a.GetTypeByMetadataName(full) is { } type && compilation.IsSymbolAccessibleWithin(type, compilation.Assembly))?.Name;
    }

    /// <summary>A namespace as it is in metadata.</summary>
    public static string Metadata(INamespaceSymbol space) => space.ToDisplayString(Plain);

    // A type or namespace of that name in the same namespace has the better right to it.
    private static bool IsTaken(IMethodSymbol method) =>
        method.ContainingNamespace.GetNamespaceMembers().Any(static n => n.Name == Default)
        || method.ContainingNamespace.GetTypeMembers(Default).Any(t =>
            SymbolEqualityComparer.Default.Equals(t.ContainingAssembly, method.ContainingAssembly) && t.Locations.Any(static l => l.IsInSource && !l.SourceTree!.FilePath.EndsWith(".g.cs", StringComparison.Ordinal)));

    private static AttributeData? Attribute(IAssemblySymbol assembly) =>
        assembly.GetAttributes().FirstOrDefault(static a => a.AttributeClass is { Name: "MemoClassAttribute" } type && type.ToDisplayString() == Names.MemoClassAttribute);
}
