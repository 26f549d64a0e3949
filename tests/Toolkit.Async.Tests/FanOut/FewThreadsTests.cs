using System.Diagnostics;
using System.Globalization;

namespace Toolkit.Async.Tests;

/// <summary>Runs <see cref="FewThreads"/> in a process whose thread pool is small and stays small.</summary>
public sealed class FewThreadsTests
{
    [Fact]
    public async Task FewThreads_InAProcessWithASmallPool_NeitherDeadlocksNorStarvesIt()
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(FewThreads).Assembly.Location);
        }

        foreach (var argument in new[] { "-class", typeof(FewThreads).FullName!, "-parallel", "none", "-noColor" })
        {
            start.ArgumentList.Add(argument);
        }

        // These two are hexadecimal.
        start.Environment["DOTNET_ThreadPool_ForceMinWorkerThreads"] = "1";
        start.Environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = FewThreads.Threads.ToString("x", CultureInfo.InvariantCulture);
        start.Environment[FewThreads.Marker] = "1";
        using var process = Process.Start(start)!;
        var token = TestContext.Current.CancellationToken;
        var output = process.StandardOutput.ReadToEndAsync(token);
        var error = process.StandardError.ReadToEndAsync(token);
        try
        {
            await process.WaitForExitAsync(token).WaitAsync(TimeSpan.FromMinutes(2), token);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }

        Assert.True(process.ExitCode == 0, await output + await error);
        Assert.Contains("Total: 4", await output, StringComparison.Ordinal);
    }
}
