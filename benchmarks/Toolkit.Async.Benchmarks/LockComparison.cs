using Toolkit.Benchmarking;

namespace Toolkit.Async.Benchmarks;

internal static class LockComparison
{
    // So many that the loops' own tasks and state machines weigh little against the hand-overs.
    private const int QueuedRounds = 500;

    // Peers come compiled ahead; ours, and the loops, have to have been optimised by the just-in-time compiler before it counts.
    private const int Warmups = 40;

    public static void Run()
    {
        Each("mutex.uncontended", "ns/lock", "bytes/lock", LockWorkloads.Uncontended, 21,
            LockWorkloads.UncontendedMutex,
            ("SemaphoreSlim", LockWorkloads.UncontendedSemaphoreSlim),
            ("vs-threading", LockWorkloads.UncontendedVsThreading),
            ("Nito.AsyncLock", LockWorkloads.UncontendedNito));
        Each("mutex.queue-of-100", "ns/hand-over", "bytes/hand-over", LockWorkloads.Waiters * QueuedRounds, 15,
            () => LockWorkloads.QueuedMutex(QueuedRounds),
            ("SemaphoreSlim", () => LockWorkloads.QueuedSemaphoreSlim(QueuedRounds)),
            ("vs-threading", () => LockWorkloads.QueuedVsThreading(QueuedRounds)),
            ("Nito.AsyncLock", () => LockWorkloads.QueuedNito(QueuedRounds)));
        Comparison.Run("mutex.cancel-32000", "ms", Better.Lower,
            new Contender("AsyncMutex", () => LockWorkloads.CancelMutex().Whole),
            [
                new Contender("SemaphoreSlim", () => LockWorkloads.CancelSemaphoreSlim().Whole),
                new Contender("vs-threading", () => LockWorkloads.CancelVsThreading().Whole),
                new Contender("exceptions-alone", LockWorkloads.ThrowAndCatch),
            ]);
        Comparison.Run("mutex.cancel-32000-call", "ms", Better.Lower,
            new Contender("AsyncMutex", () => LockWorkloads.CancelMutex().Call),
            [
                new Contender("SemaphoreSlim", () => LockWorkloads.CancelSemaphoreSlim().Call),
                new Contender("vs-threading", () => LockWorkloads.CancelVsThreading().Call),
            ]);

        const string Own = "dictionary-of-SemaphoreSlim";
        Each("keyed.one-key", "ns/lock", "bytes/lock", KeyedLockWorkloads.Operations, 15, KeyedLockWorkloads.OneKey, (Own, KeyedLockWorkloads.OneKeySemaphores));
        Each("keyed.1000-keys", "ns/lock", "bytes/lock", KeyedLockWorkloads.Operations, 15, KeyedLockWorkloads.ManyKeys, (Own, KeyedLockWorkloads.ManyKeysSemaphores));
        Each("keyed.two-workers", "ns/lock", "bytes/lock", KeyedLockWorkloads.Operations * 2, 15, KeyedLockWorkloads.TwoWorkers, (Own, KeyedLockWorkloads.TwoWorkersSemaphores));
        Each("keyed.reader-writer", "ns/lock", "bytes/lock", KeyedLockWorkloads.Operations, 7, KeyedLockWorkloads.OneKeyReaderWriter,
            (Own, KeyedLockWorkloads.OneKeySemaphores), ("dictionary-of-Nito-AsyncReaderWriterLock", KeyedLockWorkloads.OneKeyNitoReaderWriter));

        // Once each: it takes seconds.
        Comparison.Run("mutex.cancel-32000", "ms", Better.Lower,
            new Contender("AsyncMutex", () => LockWorkloads.CancelMutex().Whole),
            [new Contender("Nito.AsyncLock", () => LockWorkloads.CancelNito().Whole)], rounds: 1, warmups: 0);
    }

    private static void Each(string name, string time, string bytes, int operations, int rounds, Func<Task> ours, params (string Name, Func<Task> Run)[] peers)
    {
        Comparison.Run(name, time, Better.Lower, new Contender("ours", Measure.Nanoseconds(operations, ours)),
            [.. peers.Select(peer => new Contender(peer.Name, Measure.Nanoseconds(operations, peer.Run)))], rounds, Warmups);
        Comparison.Run(name, bytes, Better.Lower, new Contender("ours", Measure.Bytes(operations, ours)),
            [.. peers.Select(peer => new Contender(peer.Name, Measure.Bytes(operations, peer.Run)))], rounds: 7, warmups: 2);
    }
}
