using System.Diagnostics;
using System.Globalization;
using System.Text;
using Toolkit.Benchmarking;
using Toolkit.Caching.Disk;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>Eight processes on one folder: nine reads for a write, 128 bytes, 10,000 keys.</summary>
internal static class MixedLoad
{
    public const string WorkerArgument = "--mixed-worker";
    private const int Processes = 8;
    private const int Seconds = 60;
    private const double Slow = 50;
    private const double Traced = 10;

    // caching.md: python's diskcache, eight processes, measured on the machine of the other figures there.
    private const double DiskCacheSetMax = 1_850_000;

    /// <param name="traced">Says what the slow operations spent their time with, which costs each one a look at the kernel's counters.</param>
    public static void Run(bool traced)
    {
        var parent = Directory.CreateTempSubdirectory("toolkit-bench-");
        try
        {
            var workers = Enumerable.Range(0, Processes).Select(_ => Start(Path.Combine(parent.FullName, "cache"), traced)).ToList();
            var lines = workers.ConvertAll(worker =>
            {
                var line = worker.StandardOutput.ReadToEnd().Trim();
                worker.WaitForExit();
                worker.Dispose();
                return line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            });
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# 8 processes for {Seconds} s: {lines.Sum(line => line[0]):0} operations, get p50 {lines.Average(l => l[1]):0.0} us p99.9 {lines.Max(l => l[2]):0} us max {lines.Max(l => l[3]):0} us; set p50 {lines.Average(l => l[4]):0.0} us p99.9 {lines.Max(l => l[5]):0} us max {lines.Max(l => l[6]):0} us; over 50 ms: {lines.Sum(l => l[7]):0}; work without a cache: p99.9 {lines.Max(l => l[8]):0} us max {lines.Max(l => l[9]):0} us"));
            Comparison.Print("stores.disk.8-processes.set.max.diskcache-as-published-in-the-design", lines.Max(l => l[6]), DiskCacheSetMax, Better.Lower, "us");
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    public static void Work(string folder, TimeSpan duration, bool traced)
    {
        using var times = traced ? new RunQueueTime() : null;
        var store = new DiskCacheStore(folder);
        var keys = Enumerable.Range(0, 10_000).Select(i => new CacheStoreKey("bench", Encoding.UTF8.GetBytes($"key {i}"))).ToArray();
        var value = new byte[128];
        var random = new Random(Environment.ProcessId);
        Percentiles gets = new(), sets = new(), nothing = new();
        for (var i = 0; i < 500; i++)
        {
            // The files are opened and the code is compiled before the clock starts.
            store.SetAsync(keys[i], value, CacheStoreEntryOptions.Default, default).AsTask().Wait();
            store.GetAsync(keys[i], default).AsTask().Wait();
        }

        var start = Stopwatch.GetTimestamp();
        var slow = 0;
        while (Stopwatch.GetElapsedTime(start) < duration)
        {
            var key = keys[random.Next(keys.Length)];
            var (running, waiting) = times?.Read() ?? default;
            var collections = GC.CollectionCount(0);
            var before = Stopwatch.GetTimestamp();
            var isSet = random.Next(10) == 0;
            if (isSet)
            {
                sets.Time(() => store.SetAsync(key, value, CacheStoreEntryOptions.Default, default).AsTask().Wait());
            }
            else
            {
                gets.Time(() => _ = store.GetAsync(key, default).AsTask().Result.Found);
            }

            var elapsed = Stopwatch.GetElapsedTime(before).TotalMilliseconds;
            slow += elapsed > Slow ? 1 : 0;
            if (times is not null && elapsed > Traced)
            {
                var (runningNow, waitingNow) = times.Read();
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"slow {(isSet ? "set" : "get")} {elapsed:0.0} ms: on a core {runningNow - running:0.0}, waiting for one {waitingNow - waiting:0.0}, asleep {elapsed - (runningNow - running) - (waitingNow - waiting):0.0}, collections {GC.CollectionCount(0) - collections}"));
            }

            // What the scheduler alone does to eight busy processes: the same times without a cache.
            nothing.Time(() => Thread.SpinWait(100));
        }

        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{gets.Count + sets.Count} {gets.At(0.5):0.0} {gets.At(0.999):0} {gets.Max:0} {sets.At(0.5):0.0} {sets.At(0.999):0} {sets.Max:0} {slow} {nothing.At(0.999):0} {nothing.Max:0}"));
        store.DisposeAsync().AsTask().Wait();
    }

    private static Process Start(string folder, bool traced) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Host(), WorkerArgument, folder, Seconds.ToString(CultureInfo.InvariantCulture), traced.ToString()])
    {
        RedirectStandardOutput = true,
    })!;

    // Started as `dotnet exec X.dll`, the process is dotnet; started as X, it is X.
    private static string[] Host() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? ["exec", typeof(MixedLoad).Assembly.Location] : [];
}
