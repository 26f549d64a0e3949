using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Names that generated code uses itself, and what becomes of a method's own names that are the same.</summary>
internal static class GeneratedNames
{
    private static readonly HashSet<string> Members = new(StringComparer.Ordinal)
    {
        "Info", "Clear", "Remove", "Invoke", "RemoveAsync", "ClearAsync", "InvokeWith", "CreateShared", "Adopt", "Cache", "Key", "Call",
    };

    private static readonly HashSet<string> CacheMembers = new(StringComparer.Ordinal) { "Info", "Clear", "Remove", "Invoke", "RemoveAsync", "ClearAsync" };

    private static readonly HashSet<string> Variables = new(StringComparer.Ordinal) { "this", "memoKey", "memoCache", "memoValue", "memoTask" };

    /// <summary>Whether a type parameter of that name would hide a member.</summary>
    public static bool IsMember(string name) => Members.Contains(name);

    /// <summary>Whether the cache of a method can't be named so.</summary>
    public static bool IsCacheMember(string name) => CacheMembers.Contains(name);

    /// <summary>The name of a method's cache: a class can't have a member of its own name.</summary>
    public static string OfCache(string name) => IsCacheMember(name) ? name + "Cache" : name;

    public static string OfParameter(IParameterSymbol parameter) =>
        Variables.Contains(parameter.Name) || (parameter.Name == "cancellationToken" && !SignatureParser.IsCancellationToken(parameter.Type))
            ? parameter.Name + "_"
            : TypeFormat.Escape(parameter.Name);
}
