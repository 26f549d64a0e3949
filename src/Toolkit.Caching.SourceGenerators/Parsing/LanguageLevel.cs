using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>The C# that generated code is written in.</summary>
internal static class LanguageLevel
{
    // Primary constructors and collection expressions; a call that lives on the stack is a ref struct with an interface.
    private const LanguageVersion Least = LanguageVersion.CSharp12;
    private const LanguageVersion LeastWithSpans = LanguageVersion.CSharp13;

    /// <summary>Whether a project can call memoized methods.</summary>
    public static bool IsEnough(Compilation compilation) => Of(compilation) >= Least;

    /// <summary>The version that a method needs and the project does not have, or null.</summary>
    public static string? Missing(IMethodSymbol method, Compilation compilation)
    {
        var needed = method.Parameters.Any(static p => p.Type.IsRefLikeType) ? LeastWithSpans : Least;
        return Of(compilation) < needed ? needed.ToDisplayString() : null;
    }

    public static string Text(Compilation compilation) => Of(compilation).ToDisplayString();

    private static LanguageVersion Of(Compilation compilation) => ((CSharpCompilation)compilation).LanguageVersion;
}
