using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Disk.Tests;

/// <summary>Real processes on one folder, killed at random points.</summary>
public sealed class DiskCrashTests
{
    private const int Workers = 8;
    private const int LeastKills = 5;
    private const long SizeLimit = 4 * 1024 * 1024;

    // TOOLKIT_LONG_TESTS=1: ten minutes.
    private static readonly TimeSpan Duration =
        Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? TimeSpan.FromMinutes(10) : TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Kill_EightWritersAtRandomPoints_LeavesNothingWrong()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        var seed = 0;
        var kills = 0;
        var workers = new List<Process>();
        var start = Stopwatch.GetTimestamp();
        try
        {
            for (var i = 0; i < Workers; i++)
            {
                workers.Add(await StartAsync(folder.Path, ++seed));
            }

            // On a busy machine a worker takes seconds to start: then it goes on until there were enough kills.
            while (Stopwatch.GetElapsedTime(start) < Duration || kills < LeastKills)
            {
                // The random point: not a wait for something to happen.
                await Task.Delay(random.Next(150), Cancellation);
                var index = random.Next(Workers);
                Assert.False(workers[index].HasExited, "a worker ended by itself: it saw a wrong value or an exception");
                workers[index].Kill();
                await workers[index].WaitForExitAsync(Cancellation);
                workers[index].Dispose();
                kills++;
                workers[index] = await StartAsync(folder.Path, ++seed);
            }

            Assert.All(workers, worker => Assert.False(worker.HasExited, "a worker ended by itself"));
        }
        finally
        {
            foreach (var worker in workers)
            {
                Kill(worker);
            }
        }

        await VerifyAsync(folder.Path);
    }

    private static async Task VerifyAsync(string folder)
    {
        await using var store = new DiskCacheStore(
            new DiskCacheOptions { Folder = folder, SizeLimit = SizeLimit }, TimeProvider.System, NullLogger<DiskCacheStore>.Instance);
        var check = await store.CheckAsync(TimeSpan.Zero, Cancellation);
        Assert.Empty(check.Problems);
        Assert.Equal(0, check.DamagedEntries);

        // A killed writer leaves at most the file that it was about to name; all of them are gone now.
        var again = await store.CheckAsync(TimeSpan.Zero, Cancellation);
        Assert.Equal(0, again.OrphanedFiles);
        var statistics = await store.GetStatisticsAsync(Cancellation);
        Assert.Equal(0, statistics.Quarantined);
        Assert.InRange(statistics.Bytes, 1, SizeLimit);
        Assert.InRange(ValueBytes(folder), 0, SizeLimit);
        Assert.False(Directory.Exists(Path.Combine(folder, "quarantine")));
        Assert.True(await store.SetAsync(new CacheStoreKey("after", "key"u8.ToArray()), "value"u8.ToArray(), CacheStoreEntryOptions.Default, Cancellation));
    }

    private static long ValueBytes(string folder)
    {
        var values = new DirectoryInfo(Path.Combine(folder, "values"));
        return values.Exists ? values.EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) : 0;
    }

    private static async Task<Process> StartAsync(string folder, int seed)
    {
        // .../artifacts/bin/Toolkit.Caching.Disk.Tests/release/ -> .../artifacts/bin/Toolkit.Caching.Disk.Worker/release/
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var program = Path.Combine(own.Parent!.Parent!.FullName, "Toolkit.Caching.Disk.Worker", own.Name, "Toolkit.Caching.Disk.Worker.dll");
        var worker = Process.Start(new ProcessStartInfo("dotnet", ["exec", program, folder, $"{seed}", $"{SizeLimit}"]) { RedirectStandardOutput = true })!;
        Assert.Equal("ready", await worker.StandardOutput.ReadLineAsync(Cancellation));
        return worker;
    }

    private static void Kill(Process worker)
    {
        try
        {
            worker.Kill();
            worker.WaitForExit();
        }
        catch (InvalidOperationException)
        {
            // Disposed or gone already.
        }

        worker.Dispose();
    }
}
