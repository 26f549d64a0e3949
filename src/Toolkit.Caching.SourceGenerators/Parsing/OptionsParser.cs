using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Writes the options of a cache as the initializer that its generated class contains.</summary>
internal static class OptionsParser
{
    public static string Parse(IMethodSymbol method, MemoizeSettings settings)
    {
        var text = new StringBuilder();
        Add("Id", Literal(HolderName.Id(method)));
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

    public static string Literal(string text) => SymbolDisplay.FormatLiteral(text, quote: true);

    // Each construction of a generic method or type has a cache of its own, and a name that tells which.
    private static string NameOf(IMethodSymbol method, MemoizeSettings settings)
    {
        var name = Literal(method.ContainingType.ToDisplayString(SymbolDisplayFormat.CSharpErrorMessageFormat) + "." + (settings.Name ?? method.Name));
        var parameters = TypeFormat.TypeParameters(method).ToList();
        return parameters.Count == 0
            ? name
            : name + " + \"<\" + string.Join(\",\", new global::System.Type[] { " + string.Join(", ", parameters.Select(static p => "typeof(" + p.Name + ")")) + " }.Select(static t => t.Name)) + \">\"";
    }
}
