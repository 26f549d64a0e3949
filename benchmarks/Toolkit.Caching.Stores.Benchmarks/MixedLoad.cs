using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using Toolkit.Benchmarking;
using Toolkit.Caching.Disk;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>Eight processes on one folder: nine reads for a write, 128 bytes, 10,000 keys. And the same processes without a cache.</summary>
internal static class MixedLoad
{
    public const string WorkerArgument = "--mixed-worker";
    private const int Processes = 8;
    private const int Seconds = 60;
    private const int MostOperations = 4_000_000;
    private const double Slow = 50;
    private const double Traced = 10;

    // Eight processes that start together compile their code, which takes half of two cores for eight seconds.
    private static readonly TimeSpan StartUp = TimeSpan.FromSeconds(15);

    // caching.md: python's diskcache, eight processes, measured on the machine of the other figures there.
    private const double DiskCacheSetMax = 1_850_000;

    /// <param name="traced">Says what the slow operations spent their time with, which costs each one a look at the kernel's counters.</param>
    public static void Run(bool traced)
    {
        var lines = RunWorkers(traced ? WorkerKind.Traced : WorkerKind.Cache);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# 8 processes for {Seconds} s: {lines.Sum(l => l[0]):0} operations, get p50 {lines.Average(l => l[1]):0.0} us p99.9 {lines.Max(l => l[2]):0} us max {lines.Max(l => l[3]):0} us; set p50 {lines.Average(l => l[4]):0.0} us p99.9 {lines.Max(l => l[5]):0} us max {lines.Max(l => l[6]):0} us; {Over(lines)}"));
        Comparison.Print("stores.disk.8-processes.set.max.diskcache-as-published-in-the-design", lines.Max(l => l[6]), DiskCacheSetMax, Better.Lower, "us");
    }

    /// <summary>What the scheduler alone does to eight busy processes: the same loop around work that needs nothing but a core.</summary>
    public static void RunFloor()
    {
        var lines = RunWorkers(WorkerKind.Floor);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# 8 processes for {Seconds} s without a cache: {lines.Sum(l => l[0]):0} operations, p50 {lines.Average(l => l[1]):0.0} us p99.9 {lines.Max(l => l[2]):0} us max {lines.Max(l => l[3]):0} us; {Over(lines)}"));
    }

    private static string Over(List<double[]> lines) => string.Create(
        CultureInfo.InvariantCulture,
        $"over 50 ms: {lines.Sum(l => l[7]):0}; before, in the {StartUp.TotalSeconds:0} s of starting, max {lines.Max(l => l[8]):0} us, over 50 ms: {lines.Sum(l => l[9]):0}");

    public static void Work(string folder, TimeSpan duration, WorkerKind kind)
    {
        using var times = kind == WorkerKind.Traced ? new RunQueueTime() : null;
        var store = new DiskCacheStore(folder);
        var keys = Enumerable.Range(0, 10_000).Select(i => new CacheStoreKey("bench", Encoding.UTF8.GetBytes($"key {i}"))).ToArray();
        var value = new byte[128];
        var random = new Random(Environment.ProcessId);
        Action<CacheStoreKey> set = key => store.SetAsync(key, value, CacheStoreEntryOptions.Default, default).AsTask().Wait();
        Action<CacheStoreKey> get = key => _ = store.GetAsync(key, default).AsTask().Result.Found;
        if (kind == WorkerKind.Floor)
        {
            // About as long as a look-up.
            var memory = new byte[64 * 1024];
            set = get = _ => XxHash3.HashToUInt64(memory);
        }

        for (var i = 0; i < 500; i++)
        {
            // The files are opened before the clock starts.
            set(keys[i]);
            get(keys[i]);
        }

        Times starting = new("starting"), measured = new("slow");
        Load(StartUp, starting);
        Load(duration, measured);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{measured.Gets.Count + measured.Sets.Count} {measured.Gets.At(0.5):0.0} {measured.Gets.At(0.999):0} {measured.Gets.Max:0} {measured.Sets.At(0.5):0.0} {measured.Sets.At(0.999):0} {measured.Sets.Max:0} {measured.Slow} {Math.Max(starting.Gets.Max, starting.Sets.Max):0} {starting.Slow}"));
        store.DisposeAsync().AsTask().Wait();

        void Load(TimeSpan time, Times into)
        {
            var start = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(start) < time)
            {
                var key = keys[random.Next(keys.Length)];
                var isSet = random.Next(10) == 0;
                into.Time(isSet, isSet ? set : get, key, times);
            }
        }
    }

    private static List<double[]> RunWorkers(WorkerKind kind)
    {
        var parent = Directory.CreateTempSubdirectory("toolkit-bench-");
        try
        {
            var workers = Enumerable.Range(0, Processes).Select(_ => Start(Path.Combine(parent.FullName, "cache"), kind)).ToList();
            return workers.ConvertAll(worker =>
            {
                var line = worker.StandardOutput.ReadToEnd().Trim();
                worker.WaitForExit();
                worker.Dispose();
                return line.Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            });
        }
        finally
        {
            parent.Delete(recursive: true);
        }
    }

    private static Process Start(string folder, WorkerKind kind) => Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. Host(), WorkerArgument, folder, Seconds.ToString(CultureInfo.InvariantCulture), kind.ToString()])
    {
        RedirectStandardOutput = true,
    })!;

    // Started as `dotnet exec X.dll`, the process is dotnet; started as X, it is X.
    private static string[] Host() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? ["exec", typeof(MixedLoad).Assembly.Location] : [];

    private sealed class Times(string name)
    {
        // With room for all times: a list that grows is a pause of its own.
        public Percentiles Gets { get; } = new(MostOperations);

        public Percentiles Sets { get; } = new(MostOperations);

        public int Slow { get; private set; }

        public void Time(bool isSet, Action<CacheStoreKey> work, CacheStoreKey key, RunQueueTime? times)
        {
            var (running, waiting) = times?.Read() ?? default;
            var collections = GC.CollectionCount(0);
            var before = Stopwatch.GetTimestamp();
            work(key);
            var ticks = Stopwatch.GetTimestamp() - before;
            (isSet ? Sets : Gets).Add(ticks);
            var elapsed = ticks * 1e3 / Stopwatch.Frequency;
            Slow += elapsed > MixedLoad.Slow ? 1 : 0;
            if (times is not null && elapsed > Traced)
            {
                var (runningNow, waitingNow) = times.Read();
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {(isSet ? "set" : "get")} {elapsed:0.0} ms: on a core {runningNow - running:0.0}, waiting for one {waitingNow - waiting:0.0}, asleep {elapsed - (runningNow - running) - (waitingNow - waiting):0.0}, collections {GC.CollectionCount(0) - collections}"));
            }
        }
    }

    internal enum WorkerKind
    {
        Cache,
        Traced,
        Floor,
    }
}
