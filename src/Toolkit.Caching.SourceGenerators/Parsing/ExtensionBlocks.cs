using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>
/// Members of C# 14's <c>extension</c> blocks. The compiler makes a static method of each, in the class around the block,
/// with its attributes: that one is what the cache is of, whichever way it is called.
/// </summary>
internal static class ExtensionBlocks
{
    // TypeKind.Extension, for which the Roslyn that we are built against has no stable name.
    private const int Extension = 14;

    /// <summary>Whether the method is written in a block.</summary>
    public static bool IsMember(IMethodSymbol method) => method.ContainingType is { } type && (int)type.TypeKind == Extension;

    /// <summary>The static method behind a member of a block; any other method as it is.</summary>
    public static IMethodSymbol Resolve(IMethodSymbol method)
    {
        if (!IsMember(method) || method.ContainingType.ContainingType is not { } around)
        {
            return method;
        }

        var receivers = method.IsStatic ? 0 : 1;
        var arity = method.ContainingType.Arity + method.Arity;
        return around.GetMembers(method.Name).OfType<IMethodSymbol>().FirstOrDefault(m =>
            m.IsStatic && m.Arity == arity && m.Parameters.Length == method.Parameters.Length + receivers
            && method.Parameters.Zip(m.Parameters.Skip(receivers), static (a, b) => a.RefKind == b.RefKind && TypeFormat.Name(a.Type) == TypeFormat.Name(b.Type)).All(static same => same)
            && IsReceiver(method, m)) ?? method;
    }

    // Two blocks of one class may have members of the same name: their receivers tell them apart.
    private static bool IsReceiver(IMethodSymbol member, IMethodSymbol candidate) =>
        candidate.Locations.Length == 0 || member.Locations.Length == 0 || !member.Locations[0].IsInSource
        || candidate.Locations.Any(l => l == member.Locations[0]);
}
