using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Whether the project allows interceptors in the generated namespace; the package's props see to it.</summary>
internal static class InterceptorsSwitch
{
    public static bool IsOn(ParseOptions options) =>
        options.Features.TryGetValue(Names.InterceptorsFeature, out var namespaces)
        && namespaces.Split(';').Any(static n =>
            Names.GeneratedNamespace == n.Trim() || Names.GeneratedNamespace.StartsWith(n.Trim() + ".", StringComparison.Ordinal));
}
