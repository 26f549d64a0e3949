using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Writes the options of a cache as the initializer that its generated class contains.</summary>
internal static class OptionsParser
{
    // Without type parameters: which types a cache is of stands behind the name.
    private static readonly SymbolDisplayFormat NameFormat = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    public static string Parse(IMethodSymbol method, MemoizeSettings settings)
    {
        var text = new StringBuilder();
        Add("Id", Constructed(Literal(HolderName.Id(method)), method, "t.ToString()"));
        Add("Name", NameOf(method, settings));
        Add("Capacity", settings.Capacity.ToString(CultureInfo.InvariantCulture));
        AddEnum("Policy", "EvictionPolicy", settings.Policy);
        AddEnum("Nulls", "NullPolicy", settings.Nulls);
        AddTime("TimeToLive", settings.TimeToLive);
        AddTime("Sliding", settings.Sliding);
        AddTime("RefreshAhead", settings.RefreshAhead);
        AddTime("StaleIfError", settings.StaleIfError);
        if (settings.Store is not null)
        {
            Add("Store", Literal(settings.Store));
        }

        var tags = settings.Tags.Where(static t => !TagText.HasPlaceholder(t)).ToList();
        if (tags.Count > 0)
        {
            Add("Tags", "new string[] { " + string.Join(", ", tags.Select(Literal)) + " }");
        }

        if (settings.Tags.Any(TagText.HasPlaceholder))
        {
            Add("HasKeyTags", "true");
        }

        AddVersion(method, settings, Add);
        return text.ToString();

        void Add(string name, string value) => text.Append(name).Append(" = ").Append(value).Append(",\n");

        void AddEnum(string name, string type, int value)
        {
            if (value != 0)
            {
                Add(name, "(global::Toolkit.Caching." + type + ")" + value.ToString(CultureInfo.InvariantCulture));
            }
        }

        void AddTime(string name, string? value)
        {
            if (value is not null && MemoizeSettings.TryParseTime(value, out var time))
            {
                Add(name, "global::System.TimeSpan.FromTicks(" + time.Ticks.ToString(CultureInfo.InvariantCulture) + "L)");
            }
        }
    }

    private static void AddVersion(IMethodSymbol method, MemoizeSettings settings, Action<string, string> add)
    {
        const int Method = 1;
        const int Assembly = 2;
        var version = Literal(settings.Version ?? "");
        switch (settings.Fingerprint)
        {
            case Method:
                add("Version", Literal((settings.Version ?? "") + "#" + MethodFingerprint.Of(method, SignatureParser.IsPartial(method) ? PartialParser.Implementation(method, settings) : null)));
                break;
            case Assembly:
                add("Version", version + " + \"#\" + typeof(Key).Module.ModuleVersionId.ToString(\"N\")");
                break;
            default:
                if (settings.Version is not null)
                {
                    add("Version", version);
                }

                break;
        }
    }

    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    // Each construction of a generic method or type has a cache of its own, and a name that tells which.
    private static string NameOf(IMethodSymbol method, MemoizeSettings settings)
    {
        var name = Literal(method.ContainingType.ToDisplayString(NameFormat) + "." + (settings.Name ?? method.Name));
        return Constructed(name, method, "t.Name");
    }

    private static string Constructed(string text, IMethodSymbol method, string typeName)
    {
        var parameters = TypeFormat.TypeParameters(method).ToList();
        return parameters.Count == 0
            ? text
            : text + " + \"<\" + string.Join(\",\", new global::System.Type[] { " + string.Join(", ", parameters.Select(static p => "typeof(" + TypeFormat.Escape(p.Name) + ")")) + " }.Select(static t => " + typeName + ")) + \">\"";
    }
}
