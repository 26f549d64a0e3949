using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.CodeFixes;

/// <summary>A change that a diagnostic's place allows.</summary>
internal sealed class FixOffer(string title, Func<CancellationToken, Task<Solution>> apply)
{
    public string Title { get; } = title;

    public Func<CancellationToken, Task<Solution>> Apply { get; } = apply;

    /// <summary>Replaces one node of the document.</summary>
    public static FixOffer Replace(string title, FixPlace place, SyntaxNode old, SyntaxNode fresh) =>
        new(title, _ => Task.FromResult(place.Document.WithSyntaxRoot(place.Root.ReplaceNode(old, fresh)).Project.Solution));
}
