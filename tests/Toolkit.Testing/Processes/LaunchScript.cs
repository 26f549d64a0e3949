using System.Text;

namespace Toolkit.Testing.Processes;

/// <summary>The shell script that sets a server's environment and becomes the server.</summary>
public sealed class LaunchScript
{
    private readonly StringBuilder _text = new();

    /// <summary>Sets an environment variable of the server.</summary>
    public LaunchScript Export(string name, string value) => Line($"export {name}={Quote(value)}");

    /// <summary>A line of shell, as it is.</summary>
    public LaunchScript Line(string line)
    {
        _text.Append(line).Append('\n');
        return this;
    }

    /// <summary>Replaces the shell by the server: the process id stays the same.</summary>
    public LaunchScript Exec(string file, params IEnumerable<string> arguments) =>
        Line("exec " + string.Join(' ', arguments.Prepend(file).Select(Quote)));

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();

    /// <summary>One word for the shell, whatever is in it.</summary>
    public static string Quote(string word) => "'" + word.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
