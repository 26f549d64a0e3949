using BenchmarkDotNet.Attributes;

namespace Toolkit.Async.Benchmarks;

/// <summary>The locks of <see cref="LockWorkloads"/> and <see cref="KeyedLockWorkloads"/> one by one, for --full.</summary>
[MemoryDiagnoser]
public class LockBenchmarks
{
    private const int Rounds = 50;

    [Benchmark(OperationsPerInvoke = LockWorkloads.Uncontended, Baseline = true)]
    public Task UncontendedSemaphoreSlim() => LockWorkloads.UncontendedSemaphoreSlim();

    [Benchmark(OperationsPerInvoke = LockWorkloads.Uncontended)]
    public Task UncontendedMutex() => LockWorkloads.UncontendedMutex();

    [Benchmark(OperationsPerInvoke = LockWorkloads.Uncontended)]
    public Task UncontendedVsThreading() => LockWorkloads.UncontendedVsThreading();

    [Benchmark(OperationsPerInvoke = LockWorkloads.Uncontended)]
    public Task UncontendedNito() => LockWorkloads.UncontendedNito();

    [Benchmark(OperationsPerInvoke = LockWorkloads.Waiters * Rounds)]
    public Task QueuedMutex() => LockWorkloads.QueuedMutex(Rounds);

    [Benchmark(OperationsPerInvoke = LockWorkloads.Waiters * Rounds)]
    public Task QueuedSemaphoreSlim() => LockWorkloads.QueuedSemaphoreSlim(Rounds);

    [Benchmark(OperationsPerInvoke = LockWorkloads.Waiters * Rounds)]
    public Task QueuedVsThreading() => LockWorkloads.QueuedVsThreading(Rounds);

    [Benchmark(OperationsPerInvoke = KeyedLockWorkloads.Operations)]
    public Task KeyedOneKey() => KeyedLockWorkloads.OneKey();

    [Benchmark(OperationsPerInvoke = KeyedLockWorkloads.Operations)]
    public Task KeyedOneKeySemaphores() => KeyedLockWorkloads.OneKeySemaphores();

    [Benchmark(OperationsPerInvoke = KeyedLockWorkloads.Operations)]
    public Task KeyedManyKeys() => KeyedLockWorkloads.ManyKeys();
}
