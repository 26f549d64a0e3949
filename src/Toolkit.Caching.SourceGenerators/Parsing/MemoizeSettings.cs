using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>What a <c>[Memoize]</c> says, as it stands in source.</summary>
internal sealed class MemoizeSettings(AttributeData attribute)
{
    public AttributeData Attribute { get; } = attribute;

    public int Capacity => Get("Capacity") is int capacity ? capacity : DefaultCapacity;

    public int Policy => Get("Policy") is int policy ? policy : 0;

    public int Scope => Get("Scope") is int scope ? scope : 0;

    public int Nulls => Get("Nulls") is int nulls ? nulls : 0;

    public int Fingerprint => Get("Fingerprint") is int fingerprint ? fingerprint : 0;

    public string? TimeToLive => Get("TimeToLive") as string;

    public string? Sliding => Get("Sliding") as string;

    public string? RefreshAhead => Get("RefreshAhead") as string;

    public string? StaleIfError => Get("StaleIfError") as string;

    public string? Store => Get("Store") as string;

    public string? Version => Get("Version") as string;

    public string? Implementation => Get("Implementation") as string;

    public string? Name => Get("Name") as string;

    public INamedTypeSymbol? KeyProvider => Get("KeyProvider") as INamedTypeSymbol;

    public IReadOnlyList<string> Tags => Argument("Tags") is { Kind: TypedConstantKind.Array, IsNull: false } tags
        ? tags.Values.Select(static v => v.Value as string ?? "").ToList()
        : [];

    private const int DefaultCapacity = 1024;

    public static bool TryParseTime(string text, out TimeSpan time) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time);

    private object? Get(string name) => Argument(name) is { Kind: not TypedConstantKind.Array } argument ? argument.Value : null;

    private TypedConstant? Argument(string name)
    {
        foreach (var pair in Attribute.NamedArguments)
        {
            if (pair.Key == name)
            {
                return pair.Value;
            }
        }

        return null;
    }
}
