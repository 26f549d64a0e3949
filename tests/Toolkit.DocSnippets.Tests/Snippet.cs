namespace Toolkit.DocSnippets.Tests;

/// <summary>One C# block of a Markdown file, with the hidden declarations that stand in front of it.</summary>
internal sealed record Snippet(string File, int Line, string Prelude, string Code)
{
    private const string PreludeStart = "<!-- snippet:";
    private const string PreludeEnd = "-->";

    public static IEnumerable<Snippet> ReadAll(string root, string file)
    {
        var lines = System.IO.File.ReadAllLines(Path.Combine(root, file));
        var prelude = "";
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].Trim();
            if (line.StartsWith(PreludeStart, StringComparison.Ordinal))
            {
                var start = i;
                while (!lines[i].Contains(PreludeEnd, StringComparison.Ordinal))
                {
                    i++;
                }

                var text = string.Join('\n', lines[start..(i + 1)]).Trim();
                prelude = text[PreludeStart.Length..text.LastIndexOf(PreludeEnd, StringComparison.Ordinal)];
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                var language = line[3..].Trim();
                var first = i + 1;
                var indent = lines[i].Length - lines[i].TrimStart().Length;
                do
                {
                    i++;
                }
                while (!lines[i].TrimStart().StartsWith("```", StringComparison.Ordinal));

                if (language is "csharp" or "cs" or "c#")
                {
                    yield return new Snippet(file, first + 1, prelude, string.Join('\n', lines[first..i].Select(l => l.Length >= indent ? l[indent..] : l)));
                }

                prelude = "";
            }
        }
    }
}
