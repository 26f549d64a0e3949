using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC012: turns the setters of the record into init accessors.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class InitPropertiesFix() : MemoizeFix("TKC012")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Node.FirstAncestorOrSelf<ParameterSyntax>() is not { } parameter
            || place.Model.GetDeclaredSymbol(parameter, place.CancellationToken)?.Type is not INamedTypeSymbol record)
        {
            return null;
        }

        var setters = record.GetMembers().OfType<IPropertySymbol>()
            .Where(static p => !p.IsStatic && p.SetMethod is { IsInitOnly: false })
            .Select(static p => p.SetMethod!.DeclaringSyntaxReferences.FirstOrDefault())
            .ToList();
        var hasField = record.GetMembers().OfType<IFieldSymbol>().Any(static f => f is { IsStatic: false, IsConst: false, IsReadOnly: false, AssociatedSymbol: null });
        return setters.Count == 0 || hasField || setters.Any(static s => s is null)
            ? null
            : new FixOffer($"Make the setters of {record.Name} init accessors", token => ApplyAsync(place.Document.Project.Solution, setters!, token));
    }

    private static async Task<Solution> ApplyAsync(Solution solution, List<SyntaxReference> setters, CancellationToken cancellationToken)
    {
        foreach (var file in setters.GroupBy(static s => s.SyntaxTree))
        {
            if (solution.GetDocument(file.Key) is not { } document)
            {
                continue;
            }

            var root = await file.Key.GetRootAsync(cancellationToken).ConfigureAwait(false);
            var accessors = file.Select(s => s.GetSyntax(cancellationToken)).OfType<AccessorDeclarationSyntax>();
            solution = solution.WithDocumentSyntaxRoot(document.Id, root.ReplaceNodes(accessors, static (old, _) => Init(old)));
        }

        return solution;
    }

    private static AccessorDeclarationSyntax Init(AccessorDeclarationSyntax setter) =>
        AccessorDeclaration(
            SyntaxKind.InitAccessorDeclaration, setter.AttributeLists, setter.Modifiers, Token(SyntaxKind.InitKeyword).WithTriviaFrom(setter.Keyword), setter.Body, setter.ExpressionBody, setter.SemicolonToken);
}
