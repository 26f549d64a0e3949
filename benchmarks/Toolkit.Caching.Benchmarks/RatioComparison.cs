using BitFaster.Caching.Lfu;
using BitFaster.Caching.Lru;
using BitFaster.Caching.Scheduler;
using Toolkit.Benchmarking;

namespace Toolkit.Caching.Benchmarks;

/// <summary>Hit ratios at capacity 1,000, beside those of BitFaster used directly.</summary>
internal static class RatioComparison
{
    private const int Length = 200_000;

    public static void Run()
    {
        Print("zipf", Workloads.Zipf(50_000, Length, seed: 1));
        Print("scan", Workloads.Scan(50_000, Length, seed: 1));
        Print("loop", Workloads.Loop(Length));
    }

    private static void Print(string name, int[] keys)
    {
        ConcurrentLru<int, int> lru = new(1000);
        ConcurrentLfu<int, int> lfu = new(1, 1000, new ForegroundScheduler(), EqualityComparer<int>.Default);
        Comparison.Print($"ratio.{name}.lru", Own(keys, Memo.Lru.Invoke, Memo.Lru.Clear, Memo.Lru.Info), Ratio(keys, k => Peer(lru, k)), Better.Higher, "%");
        Comparison.Print($"ratio.{name}.lfu", Own(keys, Memo.Lfu.Invoke, Memo.Lfu.Clear, Memo.Lfu.Info), Ratio(keys, k => Peer(lfu, k)), Better.Higher, "%");
    }

    private static double Own(int[] keys, Func<int, int> call, Action clear, Func<CacheInfo> info)
    {
        clear();
        var before = info();
        foreach (var key in keys)
        {
            call(key);
        }

        return 100.0 * (info().Hits - before.Hits) / keys.Length;
    }

    private static bool Peer(BitFaster.Caching.ICache<int, int> cache, int key)
    {
        if (cache.TryGet(key, out _))
        {
            return true;
        }

        cache.AddOrUpdate(key, key);
        return false;
    }

    private static double Ratio(int[] keys, Func<int, bool> isHit) => 100.0 * keys.Count(isHit) / keys.Length;
}
