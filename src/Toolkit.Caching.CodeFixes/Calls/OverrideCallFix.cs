using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace Toolkit.Caching.CodeFixes.Calls;

/// <summary>TKC024: calls the method through the type that has the attribute.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class OverrideCallFix() : MemoizeFix("TKC024")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
            || !place.Diagnostic.Properties.TryGetValue("Contract", out var contract) || contract is null)
        {
            return null;
        }

        var (receiver, name) = call.Expression switch
        {
            MemberAccessExpressionSyntax { Expression: not BaseExpressionSyntax } access => (access.Expression, access.Name),
            SimpleNameSyntax simple => ((ExpressionSyntax)SyntaxFactory.ThisExpression(), simple),
            _ => (null, null),
        };
        if (receiver is null || name is null)
        {
            return null;
        }

        var cast = SyntaxFactory.ParenthesizedExpression(SyntaxFactory.CastExpression(
            SyntaxFactory.ParseTypeName(contract).WithAdditionalAnnotations(Simplifier.Annotation),
            receiver is IdentifierNameSyntax or ThisExpressionSyntax ? receiver.WithoutTrivia() : SyntaxFactory.ParenthesizedExpression(receiver.WithoutTrivia())));
        var through = SyntaxFactory.MemberAccessExpression(SyntaxKind.SimpleMemberAccessExpression, cast, name.WithoutTrivia()).WithTriviaFrom(call.Expression);
        return FixOffer.Replace("Call it through the memoized method's type", place, call, call.WithExpression(through));
    }
}
