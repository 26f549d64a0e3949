using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;

using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>A number for the text of a method: its tokens, without attributes, comments and white space.</summary>
internal static class MethodFingerprint
{
    /// <param name="method">The method with the attribute.</param>
    /// <param name="implementation">The one that computes for it, of a partial method.</param>
    public static string Of(IMethodSymbol method, IMethodSymbol? implementation)
    {
        var text = new StringBuilder();
        foreach (var reference in method.DeclaringSyntaxReferences.AddRange(implementation?.DeclaringSyntaxReferences ?? []))
        {
            if (reference.GetSyntax() is MethodDeclarationSyntax syntax)
            {
                Append(syntax.ParameterList, text);
                Append((SyntaxNode?)syntax.Body ?? syntax.ExpressionBody, text);
            }
        }

        // FNV-1a over 64 bits.
        var hash = 14695981039346656037ul;
        foreach (var c in text.ToString())
        {
            hash = unchecked((hash ^ c) * 1099511628211ul);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }

    private static void Append(SyntaxNode? node, StringBuilder text)
    {
        foreach (var token in node?.DescendantTokens() ?? [])
        {
            text.Append(token.Text).Append(' ');
        }
    }
}
