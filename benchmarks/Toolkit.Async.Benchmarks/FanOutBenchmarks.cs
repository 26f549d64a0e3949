using BenchmarkDotNet.Attributes;

namespace Toolkit.Async.Benchmarks;

/// <summary>The fan-outs of <see cref="FanOutWorkloads"/> one by one, for --full.</summary>
[MemoryDiagnoser]
public class FanOutBenchmarks
{
    private Func<int, CancellationToken, ValueTask> _body = FanOutWorkloads.Synchronous;

    [Params(false, true)]
    public bool Yields { get; set; }

    [GlobalSetup]
    public void Setup() => _body = Yields ? FanOutWorkloads.Yielding : FanOutWorkloads.Synchronous;

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items, Baseline = true)]
    public Task ParallelForEachAsync() => FanOutWorkloads.ParallelForEachAsync(_body);

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items)]
    public Task Ours() => FanOutWorkloads.Ours(_body);

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items)]
    public Task OursOverAnIterator() => FanOutWorkloads.OursOverAnIterator(_body);

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items)]
    public Task OursOverAStream() => FanOutWorkloads.OursOverAStream(_body);

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items)]
    public Task SemaphoreSlimAndWhenAll() => FanOutWorkloads.SemaphoreSlimAndWhenAll(_body);

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items)]
    public Task TransformBlock() => FanOutWorkloads.TransformBlock(_body);

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items)]
    public Task BoundedChannel() => FanOutWorkloads.BoundedChannel(_body);

    [Benchmark(OperationsPerInvoke = FanOutWorkloads.Items)]
    public Task BareLoops() => FanOutWorkloads.BareLoops(_body);
}
