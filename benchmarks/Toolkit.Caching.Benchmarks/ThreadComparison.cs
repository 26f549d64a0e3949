using System.Diagnostics;
using BitFaster.Caching.Lru;
using Toolkit.Benchmarking;

namespace Toolkit.Caching.Benchmarks;

/// <summary>Eight threads on a skewed workload.</summary>
internal static class ThreadComparison
{
    private const int Threads = 8;
    private const int Operations = 200_000;

    public static void Run()
    {
        var keys = Workloads.Zipf(50_000, Operations, seed: 7);
        ConcurrentLru<int, int> lru = new(Threads, 1000, EqualityComparer<int>.Default);
        Comparison.Run("threads8.zipf", "op/s", Better.Higher, PerSecond("memoize", keys, static k => Methods.Shared(k)),
            [PerSecond("bitfaster", keys, k => lru.GetOrAdd(k, static n => n))], rounds: 5, warmups: 1);
    }

    private static Contender PerSecond(string name, int[] keys, Func<int, int> call) => new(name, () =>
    {
        var start = Stopwatch.GetTimestamp();
        var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
        {
            for (var i = 0; i < keys.Length; i++)
            {
                call(keys[(i + (t * 7919)) % keys.Length]);
            }
        })).ToList();
        threads.ForEach(static t => t.Start());
        threads.ForEach(static t => t.Join());
        return Threads * (double)keys.Length / Stopwatch.GetElapsedTime(start).TotalSeconds;
    });
}
