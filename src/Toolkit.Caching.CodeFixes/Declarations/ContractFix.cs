using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC005: moves the attribute to the interface's method.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ContractFix() : MemoizeFix("TKC005")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Method is not { } method || MemoizeSyntax.AttributeOf(method) is not { } attribute
            || place.Model.GetDeclaredSymbol(method, place.CancellationToken) is not { } symbol
            || ContractOf(symbol)?.DeclaringSyntaxReferences.FirstOrDefault() is not { } contract
            || place.Document.Project.Solution.GetDocument(contract.SyntaxTree) is not { } document)
        {
            return null;
        }

        return new FixOffer("Move [Memoize] to the interface", token => MoveAsync(place, method, attribute, document, contract, token));
    }

    private static async Task<Solution> MoveAsync(
        FixPlace place, MethodDeclarationSyntax method, AttributeSyntax attribute, Document contractDocument, SyntaxReference contract, CancellationToken cancellationToken)
    {
        var target = (MethodDeclarationSyntax)await contract.GetSyntaxAsync(cancellationToken).ConfigureAwait(false);
        if (contractDocument.Id == place.Document.Id)
        {
            var both = place.Root.ReplaceNodes([method, target], (old, _) => Change((MethodDeclarationSyntax)old));
            return place.Document.WithSyntaxRoot(both).Project.Solution;
        }

        var solution = place.Document.WithSyntaxRoot(place.Root.ReplaceNode(method, Change(method))).Project.Solution;
        return solution.WithDocumentSyntaxRoot(contractDocument.Id, (await contract.SyntaxTree.GetRootAsync(cancellationToken).ConfigureAwait(false)).ReplaceNode(target, Change(target)));

        MethodDeclarationSyntax Change(MethodDeclarationSyntax old) => old == method ? MemoizeSyntax.Without(method, attribute) : MemoizeSyntax.Add(target, attribute);
    }

    private static IMethodSymbol? ContractOf(IMethodSymbol method) =>
        method.ContainingType.AllInterfaces
            .SelectMany(static i => i.GetMembers().OfType<IMethodSymbol>())
            .FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(m), method));
}
