using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Toolkit.Caching.CodeFixes.Calls;

/// <summary>TKC002: a delegate of the generated <c>Invoke</c>, or a lambda whose call is intercepted.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class MethodGroupFix() : MemoizeFix("TKC002")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<ExpressionSyntax>() is not { } group
            || group.Parent is PrefixUnaryExpressionSyntax
            || place.Model.GetSymbolInfo(group, place.CancellationToken).Symbol is not IMethodSymbol method)
        {
            return null;
        }

        if (place.Diagnostic.Properties.TryGetValue("Invoke", out var invoke) && invoke is not null)
        {
            var name = SyntaxFactory.ParseExpression(invoke).WithTriviaFrom(group).WithAdditionalAnnotations(Simplifier.Annotation);
            return FixOffer.Replace("Use the cached delegate", place, group, name);
        }

        // What the receiver is would be asked at each call instead of once.
        if (group is MemberAccessExpressionSyntax { Expression: not (IdentifierNameSyntax or ThisExpressionSyntax or GenericNameSyntax) } || method.Parameters.Any(static p => p.RefKind != RefKind.None))
        {
            return null;
        }

        var names = method.Parameters.Select(static p => p.Name).ToList();
        var head = names.Count == 1 ? names[0] : "(" + string.Join(", ", names) + ")";
        var lambda = SyntaxFactory.ParseExpression(head + " => " + group.WithoutTrivia() + "(" + string.Join(", ", names) + ")");
        return FixOffer.Replace("Use a lambda, whose call is cached", place, group, lambda.WithTriviaFrom(group));
    }
}
