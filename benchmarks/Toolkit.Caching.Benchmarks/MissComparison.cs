using BitFaster.Caching.Lru;
using Microsoft.Extensions.Caching.Memory;
using Toolkit.Benchmarking;

namespace Toolkit.Caching.Benchmarks;

/// <summary>What a miss adds to a computation, and what a stampede computes.</summary>
internal static class MissComparison
{
    private const int Operations = 100_000;

    public static void Run()
    {
        ConcurrentLru<int, int> lru = new(1000);
        using var memory = new MemoryCache(new MemoryCacheOptions { SizeLimit = 1000 });
        var next = 0;
        Comparison.Run("miss", "ns", Better.Lower, Ns("memoize", () => Methods.Missed(next++)),
        [
            Ns("bitfaster", () => lru.GetOrAdd(next++, static k => k)),
            Ns("memorycache", () => memory.GetOrCreate(next++, static e =>
            {
                e.Size = 1;
                return 1;
            })),
        ]);

        var before = Methods.Calls;
        Task.WhenAll(Enumerable.Range(0, 100).Select(static _ => Task.Run(static () => Methods.StampedeAsync(1)))).GetAwaiter().GetResult();
        Comparison.Print("stampede.uncached", Methods.Calls - before, 100, Better.Lower, "calls");
    }

    private static Contender Ns(string name, Func<int> call) => new(name, Measure.Nanoseconds(Operations, () =>
    {
        for (var i = 0; i < Operations; i++)
        {
            call();
        }
    }));
}
