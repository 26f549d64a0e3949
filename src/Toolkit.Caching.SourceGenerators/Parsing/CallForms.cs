using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Tells the calls that must run uncached from the others.</summary>
internal static class CallForms
{
    public static CallForm Of(InvocationExpressionSyntax invocation, IMethodSymbol called, SemanticModel model, CancellationToken cancellationToken)
    {
        if (!called.IsStatic && invocation.Expression is MemberAccessExpressionSyntax { Expression: BaseExpressionSyntax })
        {
            return CallForm.Base;
        }

        for (SyntaxNode? node = invocation.Parent; node is not null and not MemberDeclarationSyntax; node = node.Parent)
        {
            if (node is LambdaExpressionSyntax or QueryExpressionSyntax && IsExpression(model.GetTypeInfo(node, cancellationToken).ConvertedType))
            {
                return CallForm.ExpressionTree;
            }

            if (node is QueryClauseSyntax or SelectOrGroupClauseSyntax or OrderingSyntax && IsInQueryable(node, model, cancellationToken))
            {
                return CallForm.ExpressionTree;
            }
        }

        return CallForm.Interceptable;
    }

    private static bool IsExpression(ITypeSymbol? type) =>
        type is { Name: "Expression" or "LambdaExpression", ContainingNamespace: { Name: "Expressions", ContainingNamespace: { Name: "Linq", ContainingNamespace.Name: "System" } } };

    // A clause of a query over an IQueryable becomes an expression tree without any lambda in the text.
    private static bool IsInQueryable(SyntaxNode clause, SemanticModel model, CancellationToken cancellationToken)
    {
        var symbol = clause switch
        {
            QueryClauseSyntax c => model.GetQueryClauseInfo(c, cancellationToken).OperationInfo.Symbol,
            _ => model.GetSymbolInfo(clause, cancellationToken).Symbol,
        };
        return symbol is IMethodSymbol method && method.Parameters.Concat(method.ReducedFrom?.Parameters ?? []).Any(static p => IsExpression(p.Type));
    }
}
