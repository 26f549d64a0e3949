using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>The first line of a file.</summary>
internal static class HeaderText
{
    public static byte[] Of(IReadOnlyList<string> names, CsvDialect dialect)
    {
        var text = new StringBuilder();
        for (var i = 0; i < names.Count; i++)
        {
            if (i > 0)
            {
                text.Append(dialect.Delimiter);
            }

            var name = names[i];
            if (dialect.Quotes != CsvQuotes.None && name.AsSpan().IndexOfAny(['\r', '\n', dialect.Delimiter, dialect.Quote]) >= 0)
            {
                text.Append(dialect.Quote).Append(name.Replace($"{dialect.Quote}", $"{dialect.Quote}{dialect.Quote}", StringComparison.Ordinal)).Append(dialect.Quote);
            }
            else
            {
                text.Append(name);
            }
        }

        return Encoding.UTF8.GetBytes(text.Append('\n').ToString());
    }
}
