using System.Diagnostics;
using Xunit;

namespace Toolkit.Testing.Caching;

/// <summary>A process of Toolkit.Caching.Stores.Worker: memoized results over a store that another process shares.</summary>
public sealed class CacheWorker : IDisposable
{
    private const string Name = "Toolkit.Caching.Stores.Worker";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly Process _process;

    private CacheWorker(Process process) => _process = process;

    /// <summary>Starts it, or the program after a change of one method, and waits until it takes commands.</summary>
    public static Task<CacheWorker> StartAsync(string store, string where, CancellationToken cancellationToken, bool changed = false) =>
        StartAsync([], store, where, changed, cancellationToken);

    /// <summary>Starts it through another program, such as one that takes rights away: <paramref name="through"/> with its arguments.</summary>
    public static async Task<CacheWorker> StartAsync(IReadOnlyList<string> through, string store, string where, bool changed, CancellationToken cancellationToken)
    {
        // artifacts/bin/<this test project>/<configuration>/ has the worker's output as a neighbour.
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var worker = Path.Combine(own.Parent!.Parent!.FullName, changed ? Name + ".Changed" : Name, own.Name, Name + ".dll");
        string[] command = [.. through, "dotnet", "exec", worker, store, where];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        var started = new CacheWorker(Process.Start(start)!);
        try
        {
            await started.ReadAsync(cancellationToken);
            return started;
        }
        catch
        {
            started.Dispose();
            throw;
        }
    }

    /// <summary>
    /// The same program with another setting: it runs twice with the store that a file of settings names, and the second run computes
    /// nothing where the store outlives a process.
    /// </summary>
    /// <param name="settings">The section of the program: <c>Store</c>, and a section of that store.</param>
    public static async Task CheckSettingAsync(string settings, bool survives, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("toolkit-settings-");
        try
        {
            var path = Path.Combine(folder.FullName, "appsettings.json");
            await File.WriteAllTextAsync(path, $$"""{ "Cache": {{settings}} }""", cancellationToken);
            for (var run = 0; run < 2; run++)
            {
                using var worker = await StartAsync("settings", path, cancellationToken);
                var computed = run > 0 && survives ? 0 : 1;
                Assert.Equal($"14, {computed} computed", await worker.AskAsync("times 7", cancellationToken));
                Assert.Equal($"14, {computed} computed", await worker.AskAsync("times 7", cancellationToken));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Two processes on one store, in which each hears of what the other invalidates, by key, cache and tag.</summary>
    public static async Task CheckInvalidationBothWaysAsync(string store, string where, CancellationToken cancellationToken)
    {
        using var first = await StartAsync(store, where, cancellationToken);
        using var second = await StartAsync(store, where, cancellationToken);
        foreach (var (here, there) in new[] { (first, second), (second, first) })
        {
            foreach (var invalidate in new[] { "remove 1", "clear", "tag" })
            {
                var old = await here.AskAsync("get 1", cancellationToken);
                await there.UntilAsync("get 1", answer => answer == old, cancellationToken);

                await here.AskAsync(invalidate, cancellationToken);

                var renewed = await here.AskAsync("get 1", cancellationToken);
                if (renewed == old)
                {
                    throw new InvalidOperationException($"'{invalidate}' left the result in the process that called it.");
                }

                await there.UntilAsync("get 1", answer => answer == renewed, cancellationToken);
            }
        }
    }

    /// <summary>Sends a command, and reads its answer.</summary>
    public async Task<string> AskAsync(string command, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(command.AsMemory(), cancellationToken);
        return await ReadAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task UntilAsync(string command, Func<string, bool> condition, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition(await AskAsync(command, cancellationToken)))
        {
            if (Stopwatch.GetElapsedTime(start) > Bound)
            {
                throw new TimeoutException($"The other process did not hear of it within {Bound}.");
            }

            await Task.Delay(5, cancellationToken);
        }
    }

    private async Task<string> ReadAsync(CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken).AsTask().WaitAsync(Bound, cancellationToken)
            ?? throw new InvalidOperationException("The worker ended.");
}
