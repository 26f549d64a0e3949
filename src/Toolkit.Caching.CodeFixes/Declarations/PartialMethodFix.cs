using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Toolkit.Caching.CodeFixes.Declarations;

/// <summary>TKC006: a partial method, which is cached for every caller, and its work in a private one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class PartialMethodFix() : MemoizeFix("TKC006")
{
    protected override FixOffer? Find(FixPlace place)
    {
        if (place.Method is not { Parent: TypeDeclarationSyntax type } method
            || method.Modifiers.Any(static m => m.IsKind(SyntaxKind.VirtualKeyword) || m.IsKind(SyntaxKind.OverrideKeyword) || m.IsKind(SyntaxKind.AbstractKeyword) || m.IsKind(SyntaxKind.NewKeyword)))
        {
            return null;
        }

        return new FixOffer("Make it a partial method", _ => Task.FromResult(Apply(place, type, method)));
    }

    private static Solution Apply(FixPlace place, TypeDeclarationSyntax type, MethodDeclarationSyntax method)
    {
        var annotation = new SyntaxAnnotation();
        var declaration = method
            .WithModifiers(MemoizeSyntax.With(TokenList(method.Modifiers.Where(static m => !m.IsKind(SyntaxKind.AsyncKeyword))), SyntaxKind.PartialKeyword))
            .WithBody(null)
            .WithExpressionBody(null)
            .WithParameterList(method.ParameterList.WithTrailingTrivia())
            .WithSemicolonToken(Token(SyntaxKind.SemicolonToken).WithTrailingTrivia(ElasticLineFeed, ElasticLineFeed))
            .WithAdditionalAnnotations(annotation, Formatter.Annotation);
        var root = place.Root.ReplaceNode(type, type.WithMembers(type.Members.ReplaceRange(method, [declaration, Core(method)])));
        return place.Document.WithSyntaxRoot(MemoizeSyntax.MakePartial(root, annotation)).Project.Solution;
    }

    private static MethodDeclarationSyntax Core(MethodDeclarationSyntax method)
    {
        var kept = method.Modifiers.Where(static m => m.IsKind(SyntaxKind.StaticKeyword) || m.IsKind(SyntaxKind.AsyncKeyword) || m.IsKind(SyntaxKind.ReadOnlyKeyword) || m.IsKind(SyntaxKind.UnsafeKeyword));
        var modifiers = TokenList(kept.Select(static m => m.WithLeadingTrivia()).Prepend(Token(SyntaxKind.PrivateKeyword).WithTrailingTrivia(Space)));
        var parameters = method.ParameterList.Parameters.Select(static p => p.WithDefault(null).WithAttributeLists(default).WithModifiers(TokenList(p.Modifiers.Where(static m => !m.IsKind(SyntaxKind.ThisKeyword) && !m.IsKind(SyntaxKind.ParamsKeyword)))));
        return method
            .WithAttributeLists(default)
            .WithModifiers(modifiers)
            .WithIdentifier(Identifier(CoreName(method.Identifier.ValueText)).WithTriviaFrom(method.Identifier))
            .WithParameterList(method.ParameterList.WithParameters(SeparatedList(parameters, method.ParameterList.Parameters.GetSeparators())))
            .WithLeadingTrivia(ElasticMarker)
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>Where the generator looks for the work of a partial method.</summary>
    public static string CoreName(string name) =>
        name.EndsWith("Async", StringComparison.Ordinal) && name.Length > 5 ? name.Substring(0, name.Length - 5) + "CoreAsync" : name + "Core";
}
