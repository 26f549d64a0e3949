using System.Collections.Concurrent;
using BitFaster.Caching.Lru;
using Microsoft.Extensions.Caching.Hybrid;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Benchmarking;
using ZiggyCreatures.Caching.Fusion;

namespace Toolkit.Caching.Benchmarks;

/// <summary>A hit through each library's public way in, building the key included.</summary>
internal static class HitComparison
{
    private const int Operations = 200_000;
    private const int Keys = 64;
    private const string Text = "hello";

    public static void Run()
    {
        using var memory = new MemoryCache(new MemoryCacheOptions());
        using var services = new ServiceCollection().AddHybridCache().Services.BuildServiceProvider();
        var hybrid = services.GetRequiredService<HybridCache>();
        using var fusion = new FusionCache(new FusionCacheOptions());
        ConcurrentLru<int, int> lruOne = new(1000);
        ConcurrentLru<(int, string), int> lruTwo = new(1000);
        FastConcurrentLru<int, int> fastOne = new(1000);
        ConcurrentDictionary<int, int> dictionaryOne = new();
        ConcurrentDictionary<(int, string), int> dictionaryTwo = new();

        Comparison.Run("hit.int", "ns", Better.Lower, Ns("memoize", static n => Methods.One(n)),
        [
            Ns("dictionary", n => dictionaryOne.GetOrAdd(n, static k => k)),
            Ns("bitfaster-fast", n => fastOne.GetOrAdd(n, static k => k)),
            Ns("bitfaster", n => lruOne.GetOrAdd(n, static k => k)),
        ]);
        Contender[] peers =
        [
            Ns("dictionary", n => dictionaryTwo.GetOrAdd((n, Text), static k => k.Item1 + k.Item2.Length)),
            Ns("bitfaster-tuple", n => lruTwo.GetOrAdd((n, Text), static k => k.Item1 + k.Item2.Length)),
            Ns("memorycache", n => memory.GetOrCreate((n, Text), static e => 1)),
            Ns("hybridcache", n => Wait(hybrid.GetOrCreateAsync($"two:{n}:{Text}", static _ => ValueTask.FromResult(1)))),
            Ns("fusioncache", n => fusion.GetOrSet<int>($"two:{n}:{Text}", static (_, _) => 1, default(MaybeValue<int>))),
        ];
        Comparison.Run("hit.int-string", "ns", Better.Lower, Ns("memoize", static n => Methods.Two(n, Text)), peers);
        Comparison.Run("hit.time-to-live", "ns", Better.Lower, Ns("memoize", static n => Methods.Timed(n, Text)),
        [
            Tlru(),
        ]);
        Comparison.Run("hit.async-task", "ns", Better.Lower, Ns("memoize", static n => Methods.TaskAsync(n, Text).GetAwaiter().GetResult()),
        [
            Ns("hybridcache", n => Wait(hybrid.GetOrCreateAsync($"two:{n}:{Text}", static _ => ValueTask.FromResult(1)))),
            Ns("fusioncache", n => Wait(fusion.GetOrSetAsync<int>($"two:{n}:{Text}", static (_, _) => Task.FromResult(1), default(MaybeValue<int>)))),
        ]);
        Comparison.Run("hit.async-valuetask", "ns", Better.Lower, Ns("memoize", static n => Wait(Methods.ValueTaskAsync(n, Text))),
        [
            Ns("hybridcache", n => Wait(hybrid.GetOrCreateAsync($"two:{n}:{Text}", static _ => ValueTask.FromResult(1)))),
        ]);
        Comparison.Run("hit.bytes", "B", Better.Lower, Bytes("memoize", static n => Methods.Two(n, Text)),
        [
            Bytes("memorycache", n => memory.GetOrCreate((n, Text), static e => 1)),
            Bytes("hybridcache", n => Wait(hybrid.GetOrCreateAsync($"two:{n}:{Text}", static _ => ValueTask.FromResult(1)))),
            Bytes("fusioncache", n => fusion.GetOrSet<int>($"two:{n}:{Text}", static (_, _) => 1, default(MaybeValue<int>))),
        ], rounds: 3);
        Comparison.Run("hit.async-bytes", "B", Better.Lower, Bytes("memoize", static n => Methods.TaskAsync(n, Text).GetAwaiter().GetResult()),
        [
            Bytes("hybridcache", n => Wait(hybrid.GetOrCreateAsync($"two:{n}:{Text}", static _ => ValueTask.FromResult(1)))),
        ], rounds: 3);
        Comparison.Run("hit.async-valuetask-bytes", "B", Better.Lower, Bytes("memoize", static n => Wait(Methods.ValueTaskAsync(n, Text))),
        [
            Bytes("hybridcache", n => Wait(hybrid.GetOrCreateAsync($"two:{n}:{Text}", static _ => ValueTask.FromResult(1)))),
        ], rounds: 3);
    }

    private static Contender Tlru()
    {
        var lru = new ConcurrentTLru<(int, string), int>(1000, TimeSpan.FromHours(1));
        return Ns("bitfaster-tuple", n => lru.GetOrAdd((n, Text), static k => k.Item1 + k.Item2.Length));
    }

    private static int Wait(ValueTask<int> task) => task.IsCompleted ? task.Result : task.AsTask().GetAwaiter().GetResult();

    private static Contender Ns(string name, Func<int, int> call) => new(name, Measure.Nanoseconds(Operations, () => Loop(call)));

    private static Contender Bytes(string name, Func<int, int> call) => new(name, Measure.Bytes(Operations, () => Loop(call)));

    private static void Loop(Func<int, int> call)
    {
        for (var i = 0; i < Operations; i++)
        {
            call(i & (Keys - 1));
        }
    }
}
