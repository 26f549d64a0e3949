using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC014: one cache for all instances, for results that do not depend on the instance.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class SharedScopeFix() : MemoizeFix("TKC014")
{
    protected override FixOffer? Find(FixPlace place) =>
        place.Method is { } method && MemoizeSyntax.AttributeOf(method) is { } attribute
            ? FixOffer.Replace("The result does not depend on the instance: Scope = CacheScope.Shared", place, attribute, MemoizeSyntax.With(attribute, "Scope", "CacheScope.Shared"))
            : null;
}
