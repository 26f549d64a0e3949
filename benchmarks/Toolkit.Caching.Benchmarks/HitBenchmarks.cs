using BenchmarkDotNet.Attributes;
using BitFaster.Caching.Lru;

namespace Toolkit.Caching.Benchmarks;

/// <summary>A hit, with its bytes and its code size.</summary>
[MemoryDiagnoser]
public class HitBenchmarks
{
    private readonly ConcurrentLru<(int, string), int> _lru = new(1000);

    [Benchmark(Baseline = true)]
    public int MemoizeIntString() => Methods.Two(7, "hello");

    [Benchmark]
    public int MemoizeInt() => Methods.One(7);

    [Benchmark]
    public int MemoizeTimeToLive() => Methods.Timed(7, "hello");

    [Benchmark]
    public int BitFasterTuple() => _lru.GetOrAdd((7, "hello"), static k => k.Item1 + k.Item2.Length);
}
