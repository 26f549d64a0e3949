using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Diagnostics;

/// <summary>Something wrong with a memoized method.</summary>
/// <param name="Rule">What.</param>
/// <param name="Symbol">Where.</param>
/// <param name="Arguments">The rest of the message.</param>
internal sealed record Issue(DiagnosticDescriptor Rule, ISymbol Symbol, params object[] Arguments)
{
    public bool IsError => Rule.DefaultSeverity == DiagnosticSeverity.Error;
}
