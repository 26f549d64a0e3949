using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Toolkit.Caching.CodeFixes;

/// <summary>A fix for one diagnostic. Each can be applied to a whole document, project or solution.</summary>
internal abstract class MemoizeFix(string id) : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [id];

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return;
        }

        foreach (var diagnostic in context.Diagnostics)
        {
            var place = new FixPlace(context.Document, root, model, root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true), diagnostic, context.CancellationToken);
            if (Find(place) is { } fix)
            {
                context.RegisterCodeFix(CodeAction.Create(fix.Title, fix.Apply, id), diagnostic);
            }
        }
    }

    /// <summary>What to offer, or null where the mistake has no mechanical way out.</summary>
    protected abstract FixOffer? Find(FixPlace place);
}
