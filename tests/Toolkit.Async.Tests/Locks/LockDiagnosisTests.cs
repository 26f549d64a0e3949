using System.Runtime.CompilerServices;

namespace Toolkit.Async.Tests;

public sealed class LockDiagnosisTests
{
    [Fact]
    public async Task DetectReentrancy_AcquiredTwiceInOneFlow_ThrowsInsteadOfWaitingForEver()
    {
        var mutex = new AsyncMutex(new LockOptions { Name = "cart", DetectReentrancy = true });
        using (await mutex.AcquireAsync())
        {
            var thrown = Assert.IsType<LockRecursionException>(await Task.Run(() => mutex.AcquireAsync().AsTask()).Failure());
            Assert.Contains("'cart'", thrown.Message, StringComparison.Ordinal);
            Assert.IsType<LockRecursionException>(await mutex.AcquireAsync(TimeSpan.FromDays(1)).AsTask().Failure());
        }

        // Released: the same flow may have it again, and again.
        for (var i = 0; i < 3; i++)
        {
            using var lease = await mutex.AcquireAsync();
            Assert.True(mutex.IsHeld);
        }

        Assert.False(mutex.IsHeld);
    }

    [Fact]
    public async Task DetectReentrancy_AnotherFlow_Waits()
    {
        var mutex = new AsyncMutex(new LockOptions { DetectReentrancy = true });
        var other = new TaskCompletionSource<Task<AsyncMutex.Lease>>();
        var go = new TaskCompletionSource();
        var flow = Task.Run(async () =>
        {
            await go.Task;
            other.SetResult(mutex.AcquireAsync().AsTask());
        });

        var lease = await mutex.AcquireAsync();
        go.SetResult();
        var waiting = await other.Task.Arrives();
        Assert.False(waiting.IsCompleted);
        lease.Dispose();
        (await waiting.Arrives()).Dispose();
        await flow.Arrives();
        Assert.False(mutex.IsHeld);
    }

    [Fact]
    public async Task DetectReentrancy_Keyed_MindsTheKey()
    {
        var locks = new KeyedAsyncLock<string>(new LockOptions { DetectReentrancy = true }, comparer: StringComparer.OrdinalIgnoreCase);
        using (await locks.AcquireAsync("a"))
        using (await locks.AcquireAsync("b"))
        {
            Assert.IsType<LockRecursionException>(await locks.AcquireAsync("A").AsTask().Failure());
            Assert.IsType<LockRecursionException>(await locks.AcquireAsync("b").AsTask().Failure());
        }

        var files = new KeyedAsyncReaderWriterLock<int>(new LockOptions { DetectReentrancy = true });
        using (await files.AcquireReaderAsync(1))
        using (await files.AcquireReaderAsync(2))
        {
            Assert.IsType<LockRecursionException>(await files.AcquireWriterAsync(1).AsTask().Failure());
        }

        Assert.Equal(0, locks.ActiveKeys);
        Assert.Equal(0, files.ActiveKeys);
    }

    [Fact]
    public async Task DetectReentrancy_CancelledWait_DoesNotCountAsHeld()
    {
        var mutex = new AsyncMutex(new LockOptions { DetectReentrancy = true });
        var held = await Task.Run(async () => await mutex.AcquireAsync());
        Assert.IsType<TimeoutException>(await mutex.AcquireAsync(TimeSpan.Zero).AsTask().Failure());
        held.Dispose();
        using var lease = await mutex.AcquireAsync();
        Assert.True(mutex.IsHeld);
    }

    [Fact]
    public async Task OnLeaseLeaked_LeaseLost_IsReportedWithItsOrigin()
    {
        var leaks = new TaskCompletionSource<LeakedLease>();
        var locks = new KeyedAsyncLock<string>(new LockOptions { Name = "orders", OnLeaseLeaked = leak => leaks.TrySetResult(leak) });
        await LoseAsync(locks);
        for (var i = 0; i < 20 && !leaks.Task.IsCompleted; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        var leak = await leaks.Task.Arrives();
        Assert.Equal("orders", leak.LockName);
        Assert.Equal("k", leak.Key);
        Assert.Contains(nameof(LoseAsync), leak.AcquiredAt, StringComparison.Ordinal);
        Assert.Contains("'orders' for the key 'k'", leak.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, locks.ActiveKeys);
    }

    [Fact]
    public async Task OnLeaseLeaked_LeasesDisposed_ReportsNothing()
    {
        var leaks = 0;
        var mutex = new AsyncMutex(new LockOptions { OnLeaseLeaked = _ => Interlocked.Increment(ref leaks) });
        for (var i = 0; i < 50; i++)
        {
            await UseAsync(mutex);
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.Equal(0, leaks);
        Assert.False(mutex.IsHeld);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task LoseAsync(KeyedAsyncLock<string> locks)
    {
        await Task.Yield();
        _ = await locks.AcquireAsync("k");
    }

    private static async Task UseAsync(AsyncMutex mutex)
    {
        var lease = await mutex.AcquireAsync();
        var copy = lease;
        copy.Dispose();
        lease.Dispose();
        Assert.True(mutex.TryAcquire(out var second));
        second.Dispose();
    }
}
