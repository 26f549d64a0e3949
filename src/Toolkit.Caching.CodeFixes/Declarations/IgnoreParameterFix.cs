using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC011: leaves the parameter out of the key, for parameters that the result does not depend on.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class IgnoreParameterFix() : MemoizeFix("TKC011")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<ParameterSyntax>() is not { } parameter)
        {
            return null;
        }

        var ignore = AttributeList(SingletonSeparatedList(Attribute(ParseName("global::Toolkit.Caching.CacheIgnore").WithAdditionalAnnotations(Simplifier.Annotation))));
        var bare = parameter.WithoutLeadingTrivia();
        return FixOffer.Replace(
            "The result does not depend on it: [CacheIgnore]", place, parameter,
            bare.WithAttributeLists(bare.AttributeLists.Insert(0, ignore.WithTrailingTrivia(Space))).WithLeadingTrivia(parameter.GetLeadingTrivia()));
    }
}
