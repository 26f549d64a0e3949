using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Toolkit.Caching.CodeFixes;

/// <summary>Where a diagnostic is.</summary>
internal sealed class FixPlace(Document document, SyntaxNode root, SemanticModel model, SyntaxNode node, Diagnostic diagnostic, CancellationToken cancellationToken)
{
    public Document Document { get; } = document;

    public SyntaxNode Root { get; } = root;

    public SemanticModel Model { get; } = model;

    public SyntaxNode Node { get; } = node;

    public Diagnostic Diagnostic { get; } = diagnostic;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The method whose name the diagnostic underlines.</summary>
    public MethodDeclarationSyntax? Method => Node.FirstAncestorOrSelf<MethodDeclarationSyntax>();
}
