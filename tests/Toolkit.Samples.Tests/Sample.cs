using System.Diagnostics;

namespace Toolkit.Samples.Tests;

/// <summary>Runs a built sample in a process of its own.</summary>
internal static class Sample
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Runs <paramref name="name"/> to its end, in <paramref name="folder"/> (a temporary one when null).</summary>
    public static async Task<SampleResult> RunAsync(string name, IEnumerable<string>? arguments = null, string? folder = null)
    {
        using var temporary = folder is null ? new TemporaryFolder() : null;
        using var process = Start(name, arguments ?? [], folder ?? temporary!.Path);
        using var limit = new CancellationTokenSource(Limit);
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return new SampleResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"samples/{name} did not end within {Limit}.");
        }
    }

    /// <summary>Where <paramref name="name"/> was built to.</summary>
    public static string Folder(string name)
    {
        // .../artifacts/bin/Toolkit.Samples.Tests/release/ -> .../artifacts/bin/NAME/release/
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        return Path.Combine(own.Parent!.Parent!.FullName, name, own.Name);
    }

    /// <summary>Starts <paramref name="name"/>; the caller ends it (by its id) and disposes it.</summary>
    public static Process Start(string name, IEnumerable<string> arguments, string folder)
    {
        var program = Path.Combine(Folder(name), name + ".dll");
        Assert.True(File.Exists(program), $"{program} is not built.");
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("exec");
        start.ArgumentList.Add(program);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
