using System.Text;

namespace Toolkit.Caching.SourceGenerators.Emitting;

/// <summary>Text with braces and indentation.</summary>
internal sealed class CodeWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>One line, or several separated by line feeds, each indented.</summary>
    public void Line(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith("}", StringComparison.Ordinal))
            {
                _depth--;
            }

            if (line.Length > 0)
            {
                _text.Append(' ', _depth * 4).Append(line);
            }

            _text.Append('\n');
            if (line == "{")
            {
                _depth++;
            }
        }
    }

    public void Open(string head)
    {
        Line(head);
        Line("{");
    }

    public void Close(string tail = "") => Line("}" + tail);

    public override string ToString() => _text.ToString();
}
