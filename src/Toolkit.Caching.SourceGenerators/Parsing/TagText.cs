using System.Text;
using Toolkit.Caching.SourceGenerators.Model;

namespace Toolkit.Caching.SourceGenerators.Parsing;

/// <summary>Turns <c>"customer:{id}"</c> into an expression over the fields of a key.</summary>
internal static class TagText
{
    /// <param name="tag">The tag as it stands in source.</param>
    /// <param name="fieldOf">The index of the key field of a parameter, or -1.</param>
    /// <param name="unknown">The placeholder that names no field, or null.</param>
    public static string Expression(string tag, Func<string, int> fieldOf, out string? unknown)
    {
        unknown = null;
        List<string> parts = [];
        var literal = new StringBuilder();
        for (var i = 0; i < tag.Length; i++)
        {
            var end = tag[i] == '{' ? tag.IndexOf('}', i) : -1;
            if (end < 0)
            {
                literal.Append(tag[i]);
                continue;
            }

            var name = tag.Substring(i + 1, end - i - 1);
            var field = fieldOf(name);
            if (field < 0)
            {
                unknown = name;
                return "";
            }

            parts.Add(OptionsParser.Literal(literal.ToString()));
            parts.Add("global::Toolkit.Caching.Runtime.KeyParts.Text(_p" + field.ToString(System.Globalization.CultureInfo.InvariantCulture) + ")");
            literal.Clear();
            i = end;
        }

        parts.Add(OptionsParser.Literal(literal.ToString()));
        return string.Join(" + ", parts);
    }

    public static bool HasPlaceholder(string tag) => tag.IndexOf('{') >= 0 && tag.IndexOf('}') > tag.IndexOf('{');
}
