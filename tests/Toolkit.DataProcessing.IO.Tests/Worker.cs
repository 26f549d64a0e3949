using System.Diagnostics;

namespace Toolkit.DataProcessing.IO.Tests;

/// <summary>The program beside the tests, as a process of its own.</summary>
internal static class Worker
{
    public static Process Start(params string[] arguments)
    {
        // .../artifacts/bin/Toolkit.DataProcessing.IO.Tests/release/ -> .../artifacts/bin/Toolkit.DataProcessing.Worker/release/
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(own.Parent!.Parent!.FullName, "Toolkit.DataProcessing.Worker", own.Name, "Toolkit.DataProcessing.Worker.dll");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return Process.Start(new ProcessStartInfo(host, [program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    }
}
