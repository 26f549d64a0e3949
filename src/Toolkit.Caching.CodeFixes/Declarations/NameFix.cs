using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC025: gives the second method's cache a name that is free.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class NameFix() : MemoizeFix("TKC025")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Method is not { } method || MemoizeSyntax.AttributeOf(method) is not { } attribute
            || place.Model.GetDeclaredSymbol(method, place.CancellationToken) is not { } symbol)
        {
            return null;
        }

        var number = 2;
        while (!symbol.ContainingType.GetMembers(symbol.Name + number.ToString(CultureInfo.InvariantCulture)).IsEmpty)
        {
            number++;
        }

        var name = symbol.Name + number.ToString(CultureInfo.InvariantCulture);
        var named = attribute.ArgumentList?.Arguments.FirstOrDefault(static a => a.NameEquals?.Name.Identifier.ValueText == "Name");
        var fresh = MemoizeSyntax.With(named is null ? attribute : attribute.RemoveNode(named, SyntaxRemoveOptions.KeepNoTrivia)!, "Name", "\"" + name + "\"");
        return FixOffer.Replace($"Name its cache {name}", place, attribute, fresh);
    }
}
