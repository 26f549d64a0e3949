using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>The name of the generated class behind a method: the same wherever it is computed, in this assembly or another.</summary>
internal static class HolderName
{
    public static string Of(IMethodSymbol method)
    {
        var text = new StringBuilder();
        foreach (var c in method.ContainingType.Name + "_" + method.Name)
        {
            text.Append(char.IsLetterOrDigit(c) ? c : '_');
        }

        return text.Append('_').Append(Hash(Id(method)).ToString("x8", CultureInfo.InvariantCulture)).ToString();
    }

    /// <summary>Assembly and documentation id: unique, and the same in every process.</summary>
    public static string Id(IMethodSymbol method) => method.ContainingAssembly.Name + "|" + method.GetDocumentationCommentId();

    // FNV-1a.
    public static uint Hash(string text)
    {
        var hash = 2166136261u;
        foreach (var c in text)
        {
            hash = unchecked((hash ^ c) * 16777619u);
        }

        return hash;
    }
}
