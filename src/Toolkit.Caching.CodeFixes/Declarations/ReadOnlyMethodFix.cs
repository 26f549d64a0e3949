using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC022: marks the method of a struct readonly; the compiler then says whether it is.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ReadOnlyMethodFix() : MemoizeFix("TKC022")
{
    protected override FixOffer? Find(FixPlace place) =>
        place.Method is { } method
            ? FixOffer.Replace("Mark it readonly", place, method, method.WithModifiers(MemoizeSyntax.With(method.Modifiers, SyntaxKind.ReadOnlyKeyword)))
            : null;
}
