using System.Collections.Concurrent;
using Nito.AsyncEx;

namespace Toolkit.Async.Benchmarks;

/// <summary>
/// Keyed locks: ours, and what people write themselves, a dictionary of semaphores that is never emptied.
/// </summary>
public static class KeyedLockWorkloads
{
    public const int Operations = 200_000;
    private const int Keys = 1_000;

    private static readonly KeyedAsyncLock<int> Locks = new();
    private static readonly ConcurrentDictionary<int, SemaphoreSlim> Semaphores = new();
    private static readonly KeyedAsyncReaderWriterLock<int> ReaderWriterLocks = new();
    private static readonly ConcurrentDictionary<int, AsyncReaderWriterLock> NitoReaderWriterLocks = new();

    public static Task OneKey() => RunAsync(Locks, 1);

    public static Task ManyKeys() => RunAsync(Locks, Keys);

    public static Task OneKeySemaphores() => RunSemaphoresAsync(1);

    public static Task ManyKeysSemaphores() => RunSemaphoresAsync(Keys);

    public static async Task OneKeyReaderWriter()
    {
        for (var i = 0; i < Operations; i++)
        {
            using (await ReaderWriterLocks.AcquireWriterAsync(1).ConfigureAwait(false))
            {
            }
        }
    }

    public static async Task OneKeyNitoReaderWriter()
    {
        for (var i = 0; i < Operations; i++)
        {
            using (await NitoReaderWriterLocks.GetOrAdd(1, static _ => new AsyncReaderWriterLock()).WriterLockAsync().ConfigureAwait(false))
            {
            }
        }
    }

    /// <summary>On both cores, each worker with keys of its own.</summary>
    public static Task TwoWorkers() => Task.WhenAll(
        Task.Run(() => RunAsync(Locks, Keys)),
        Task.Run(() => RunAsync(Locks, Keys, first: Keys)));

    public static Task TwoWorkersSemaphores() => Task.WhenAll(
        Task.Run(() => RunSemaphoresAsync(Keys)),
        Task.Run(() => RunSemaphoresAsync(Keys, first: Keys)));

    private static async Task RunAsync(KeyedAsyncLock<int> locks, int keys, int first = 0)
    {
        for (var i = 0; i < Operations; i++)
        {
            using (await locks.AcquireAsync(first + (i % keys)).ConfigureAwait(false))
            {
            }
        }
    }

    private static async Task RunSemaphoresAsync(int keys, int first = 0)
    {
        for (var i = 0; i < Operations; i++)
        {
            var semaphore = Semaphores.GetOrAdd(first + (i % keys), static _ => new SemaphoreSlim(1, 1));
            await semaphore.WaitAsync().ConfigureAwait(false);
            semaphore.Release();
        }
    }
}
