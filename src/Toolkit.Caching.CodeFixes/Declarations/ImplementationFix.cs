using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC020: adds the method that computes, and makes the types partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class ImplementationFix() : MemoizeFix("TKC020")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Method is not { Parent: TypeDeclarationSyntax type } method
            || place.Model.GetDeclaredSymbol(method, place.CancellationToken) is not { } symbol
            || !place.Diagnostic.Properties.TryGetValue("Implementation", out var name) || name is null)
        {
            return null;
        }

        var isThere = !symbol.ContainingType.GetMembers(name).IsEmpty;
        var isPartial = method.Ancestors().OfType<TypeDeclarationSyntax>().All(static t => t.Modifiers.Any(SyntaxKind.PartialKeyword));

        // A method of that name with another signature is the writer's to change.
        return isThere && isPartial ? null : new FixOffer(isThere ? "Make its types partial" : $"Add the method {name}", _ => Task.FromResult(Apply(place, type, method, isThere ? null : name)));
    }

    private static Solution Apply(FixPlace place, TypeDeclarationSyntax type, MethodDeclarationSyntax method, string? name)
    {
        var annotation = new SyntaxAnnotation();
        var marked = type.ReplaceNode(method, method.WithAdditionalAnnotations(annotation));
        if (name is not null)
        {
            marked = marked.WithMembers(marked.Members.Insert(type.Members.IndexOf(method) + 1, Stub(method, name)));
        }

        return place.Document.WithSyntaxRoot(MemoizeSyntax.MakePartial(place.Root.ReplaceNode(type, marked), annotation)).Project.Solution;
    }

    private static MethodDeclarationSyntax Stub(MethodDeclarationSyntax method, string name)
    {
        var isStatic = method.Modifiers.Any(SyntaxKind.StaticKeyword) ? "static " : "";
        var parameters = string.Join(", ", method.ParameterList.Parameters.Select(static p =>
            p.WithDefault(null).WithAttributeLists(default).WithModifiers(TokenList(p.Modifiers.Where(static m => !m.IsKind(SyntaxKind.ThisKeyword) && !m.IsKind(SyntaxKind.ParamsKeyword)))).WithoutTrivia().ToFullString()));
        var text = $"private {isStatic}{method.ReturnType.WithoutTrivia()} {name}{method.TypeParameterList}({parameters}){(method.ConstraintClauses.Count > 0 ? " " + method.ConstraintClauses.ToFullString().Trim() : "")} => throw new global::System.NotImplementedException();";
        return ((MethodDeclarationSyntax)ParseMemberDeclaration(text)!)
            .WithLeadingTrivia(ElasticLineFeed)
            .WithTrailingTrivia(ElasticLineFeed)
            .WithAdditionalAnnotations(Formatter.Annotation, Simplifier.Annotation);
    }
}
