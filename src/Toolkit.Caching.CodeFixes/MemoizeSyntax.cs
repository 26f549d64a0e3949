using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace Toolkit.Caching.CodeFixes;

/// <summary>Finds and changes the attribute, and the modifiers of what it is on.</summary>
internal static class MemoizeSyntax
{
    /// <summary>The <c>[Memoize]</c> of a method, or null.</summary>
    public static AttributeSyntax? AttributeOf(MethodDeclarationSyntax method) =>
        method.AttributeLists.SelectMany(static l => l.Attributes).FirstOrDefault(static a => LastName(a.Name) is "Memoize" or "MemoizeAttribute");

    /// <summary>The attribute with one more setting.</summary>
    public static AttributeSyntax With(AttributeSyntax attribute, string setting, string value)
    {
        var argument = AttributeArgument(NameEquals(IdentifierName(setting)), null, ParseExpression(value));
        var list = attribute.ArgumentList ?? AttributeArgumentList();
        return attribute.WithArgumentList(list.AddArguments(argument.NormalizeWhitespace())).WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>The method without its <c>[Memoize]</c>, and what stood before it.</summary>
    public static MethodDeclarationSyntax Without(MethodDeclarationSyntax method, AttributeSyntax attribute)
    {
        var list = (AttributeListSyntax)attribute.Parent!;
        var trivia = method.GetLeadingTrivia();
        var lists = list.Attributes.Count == 1 ? method.AttributeLists.Remove(list) : method.AttributeLists.Replace(list, list.RemoveNode(attribute, SyntaxRemoveOptions.KeepNoTrivia)!);
        return method.WithAttributeLists(lists).WithLeadingTrivia(trivia);
    }

    /// <summary>The method with the attribute lists of another one before it.</summary>
    public static MethodDeclarationSyntax Add(MethodDeclarationSyntax method, AttributeSyntax attribute)
    {
        var trivia = method.GetLeadingTrivia();
        var list = AttributeList(SingletonSeparatedList(attribute.WithoutTrivia())).WithTrailingTrivia(ElasticLineFeed);
        return method.WithoutLeadingTrivia()
            .WithAttributeLists(method.WithoutLeadingTrivia().AttributeLists.Insert(0, list))
            .WithLeadingTrivia(trivia)
            .WithAdditionalAnnotations(Formatter.Annotation);
    }

    /// <summary>Adds a modifier at the end, unless it is there.</summary>
    public static SyntaxTokenList With(SyntaxTokenList modifiers, SyntaxKind kind) =>
        modifiers.Any(kind) ? modifiers : modifiers.Add(Token(kind).WithTrailingTrivia(Space));

    /// <summary>Makes a type and all types around it partial.</summary>
    public static SyntaxNode MakePartial(SyntaxNode root, SyntaxAnnotation inside)
    {
        for (var depth = 0; ; depth++)
        {
            var type = root.GetAnnotatedNodes(inside).First().Ancestors().OfType<TypeDeclarationSyntax>().Skip(depth).FirstOrDefault();
            if (type is null)
            {
                return root;
            }

            if (!type.Modifiers.Any(SyntaxKind.PartialKeyword))
            {
                var trivia = type.GetLeadingTrivia();
                var bare = type.WithoutLeadingTrivia();
                root = root.ReplaceNode(type, bare.WithModifiers(With(bare.Modifiers, SyntaxKind.PartialKeyword)).WithLeadingTrivia(trivia));
            }
        }
    }

    private static string LastName(NameSyntax name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };
}
