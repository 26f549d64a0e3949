using System.Diagnostics;
using Microsoft.VisualStudio.Threading;
using AsyncLock = Nito.AsyncEx.AsyncLock;

namespace Toolkit.Async.Benchmarks;

/// <summary>The same lock use in each library's own words.</summary>
public static class LockWorkloads
{
    public const int Uncontended = 200_000;
    public const int Waiters = 100;
    public const int Cancelled = 32_000;

    private static readonly AsyncMutex Mutex = new();
    private static readonly SemaphoreSlim Semaphore = new(1, 1);
    private static readonly AsyncLock NitoLock = new();
    private static readonly AsyncSemaphore VsSemaphore = new(1);
    private static readonly CancellationTokenSource Live = new();

    public static async Task UncontendedMutex()
    {
        for (var i = 0; i < Uncontended; i++)
        {
            using (await Mutex.AcquireAsync().ConfigureAwait(false))
            {
            }
        }
    }

    public static async Task UncontendedSemaphoreSlim()
    {
        for (var i = 0; i < Uncontended; i++)
        {
            await Semaphore.WaitAsync().ConfigureAwait(false);
            Semaphore.Release();
        }
    }

    public static async Task UncontendedNito()
    {
        for (var i = 0; i < Uncontended; i++)
        {
            using (await NitoLock.LockAsync().ConfigureAwait(false))
            {
            }
        }
    }

    public static async Task UncontendedVsThreading()
    {
        for (var i = 0; i < Uncontended; i++)
        {
            using (await VsSemaphore.EnterAsync().ConfigureAwait(false))
            {
            }
        }
    }

    /// <summary>A hundred wait with a live token while it is held; then each hands it to the next. Rounds of it, in one loop each.</summary>
    public static Task QueuedMutex(int rounds) => QueuedAsync(rounds, Mutex, static m => m.AcquireAsync(Live.Token), static l => l.Dispose());

    public static Task QueuedSemaphoreSlim(int rounds) => QueuedTaskAsync(rounds, Semaphore, static s => s.WaitAsync(Live.Token), static s => s.Release());

    public static Task QueuedNito(int rounds) => QueuedTaskAsync<AsyncLock, IDisposable>(rounds, NitoLock, static l => l.LockAsync(Live.Token).AsTask(), static l => l.Dispose());

    public static Task QueuedVsThreading(int rounds) => QueuedTaskAsync<AsyncSemaphore, AsyncSemaphore.Releaser>(rounds, VsSemaphore, static l => l.EnterAsync(Live.Token), static l => l.Dispose());

    /// <summary>Milliseconds from the cancellation of 32,000 waiters until Cancel has returned, and until each of them has gone on.</summary>
    public static (double Call, double Whole) CancelMutex() => CancelAll(Mutex, static (m, token) => m.AcquireAsync(token), static l => l.Dispose());

    /// <inheritdoc cref="CancelMutex"/>
    public static (double Call, double Whole) CancelSemaphoreSlim() => CancelAllTasks(
        Semaphore,
        static async (s, token) =>
        {
            await s.WaitAsync(token).ConfigureAwait(false);
            return s;
        },
        static s => s.Release());

    /// <inheritdoc cref="CancelMutex"/>
    public static (double Call, double Whole) CancelVsThreading() => CancelAllTasks(VsSemaphore, static (s, token) => s.EnterAsync(token), static l => l.Dispose());

    /// <inheritdoc cref="CancelMutex"/>
    public static (double Call, double Whole) CancelNito() => CancelAllTasks(NitoLock, static (l, token) => l.LockAsync(token).AsTask(), static l => l.Dispose());

    /// <summary>Milliseconds for as many exceptions, thrown and caught on all cores without any lock: the floor of the above.</summary>
    public static double ThrowAndCatch()
    {
        var start = Stopwatch.GetTimestamp();
        Parallel.For(0, Environment.ProcessorCount, static _ =>
        {
            for (var i = 0; i < Cancelled / Environment.ProcessorCount; i++)
            {
                try
                {
                    throw new OperationCanceledException(Live.Token);
                }
                catch (OperationCanceledException)
                {
                }
            }
        });
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static (double Call, double Whole) CancelAll<TLock, TLease>(TLock target, Func<TLock, CancellationToken, ValueTask<TLease>> acquire, Action<TLease> release) =>
        CancelAll(
            () => acquire(target, default).AsTask().GetAwaiter().GetResult(),
            release,
            async token =>
            {
                try
                {
                    release(await acquire(target, token).ConfigureAwait(false));
                }
                catch (OperationCanceledException)
                {
                }
            });

    private static (double Call, double Whole) CancelAllTasks<TLock, TLease>(TLock target, Func<TLock, CancellationToken, Task<TLease>> acquire, Action<TLease> release) =>
        CancelAll(
            () => acquire(target, default).GetAwaiter().GetResult(),
            release,
            async token =>
            {
                try
                {
                    release(await acquire(target, token).ConfigureAwait(false));
                }
                catch (OperationCanceledException)
                {
                }
            });

    private static (double Call, double Whole) CancelAll<TLease>(Func<TLease> hold, Action<TLease> release, Func<CancellationToken, Task> wait)
    {
        var held = hold();
        using var source = new CancellationTokenSource();
        var waiters = new Task[Cancelled];
        for (var i = 0; i < waiters.Length; i++)
        {
            waiters[i] = wait(source.Token);
        }

        var start = Stopwatch.GetTimestamp();
        source.Cancel();
        var call = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Task.WaitAll(waiters);
        var whole = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        release(held);
        return (call, whole);
    }

    // Long-lived loops, one a waiter, so that what is allocated is what the lock allocates and not the loops' own.
    private static async Task QueuedAsync<TLock, TLease>(int rounds, TLock target, Func<TLock, ValueTask<TLease>> acquire, Action<TLease> release)
    {
        var first = await acquire(target);
        var loops = new Task[Waiters];
        for (var i = 0; i < Waiters; i++)
        {
            loops[i] = LoopAsync();
        }

        release(first);
        await Task.WhenAll(loops);

        async Task LoopAsync()
        {
            for (var round = 0; round < rounds; round++)
            {
                release(await acquire(target).ConfigureAwait(false));
            }
        }
    }

    private static async Task QueuedTaskAsync<TLock, TLease>(int rounds, TLock target, Func<TLock, Task<TLease>> acquire, Action<TLease> release)
    {
        var first = await acquire(target);
        var loops = new Task[Waiters];
        for (var i = 0; i < Waiters; i++)
        {
            loops[i] = LoopAsync();
        }

        release(first);
        await Task.WhenAll(loops);

        async Task LoopAsync()
        {
            for (var round = 0; round < rounds; round++)
            {
                release(await acquire(target).ConfigureAwait(false));
            }
        }
    }

    private static async Task QueuedTaskAsync<TLock>(int rounds, TLock target, Func<TLock, Task> acquire, Action<TLock> release)
    {
        await acquire(target);
        var loops = new Task[Waiters];
        for (var i = 0; i < Waiters; i++)
        {
            loops[i] = LoopAsync();
        }

        release(target);
        await Task.WhenAll(loops);

        async Task LoopAsync()
        {
            for (var round = 0; round < rounds; round++)
            {
                await acquire(target).ConfigureAwait(false);
                release(target);
            }
        }
    }
}
