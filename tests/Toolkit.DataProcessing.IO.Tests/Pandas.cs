using System.Diagnostics;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests;

/// <summary>Another reader, where a python3 has it.</summary>
internal static class Pandas
{
    public const string Missing = "needs pandas: apt-get install python3-pandas";

    private static readonly Lazy<string?> s_python = new(() => Array.Find<string>(["/usr/bin/python3", "python3"], python => Run(python, "import pandas") is not null));

    public static bool IsThere => s_python.Value is not null;

    /// <summary>What a script prints; it gets the arguments as <c>sys.argv[1:]</c>.</summary>
    public static string Run(string script, params string[] arguments) =>
        Run(s_python.Value ?? throw new InvalidOperationException(Missing), script, arguments) ?? throw new InvalidOperationException("The script failed.");

    private static string? Run(string python, string script, params string[] arguments)
    {
        var start = new ProcessStartInfo(python, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8 };
        start.Environment["PYTHONIOENCODING"] = "utf-8";
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
