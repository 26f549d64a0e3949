namespace Toolkit.Async.Tests;

/// <summary>What the locks promise not to allocate, on the thread that does it: other tests run at the same time.</summary>
public sealed class AllocationTests
{
    private const int Rounds = 1000;

    [Fact]
    public void AsyncMutex_Uncontended_AllocatesNothing()
    {
        var mutex = new AsyncMutex();
        AssertNothing(() => mutex.AcquireAsync().Result.Dispose());
    }

    [Fact]
    public void AsyncMutex_WaitedForWithALiveToken_AllocatesNothing()
    {
        var mutex = new AsyncMutex();
        using var live = new CancellationTokenSource();
        AssertNothing(() =>
        {
            var held = mutex.AcquireAsync(live.Token).Result;
            var waiting = mutex.AcquireAsync(live.Token);
            held.Dispose();
            waiting.GetAwaiter().GetResult().Dispose();
        });
    }

    [Fact]
    public void AsyncMutex_HundredWaitersWithALiveToken_AllocateNothing()
    {
        var mutex = new AsyncMutex();
        using var live = new CancellationTokenSource();
        var waiting = new ValueTask<AsyncMutex.Lease>[100];
        AssertNothing(() =>
        {
            var held = mutex.AcquireAsync(live.Token).Result;
            for (var i = 0; i < waiting.Length; i++)
            {
                waiting[i] = mutex.AcquireAsync(live.Token);
            }

            for (var i = 0; i < waiting.Length; i++)
            {
                held.Dispose();
                held = waiting[i].GetAwaiter().GetResult();
            }

            held.Dispose();
        });
    }

    [Fact]
    public void KeyedAsyncLock_Warm_AllocatesNothing()
    {
        var locks = new KeyedAsyncLock<int>();
        using var live = new CancellationTokenSource();
        var key = 0;
        AssertNothing(() =>
        {
            key = (key + 1) % 100;
            var held = locks.AcquireAsync(key, live.Token).Result;
            var waiting = locks.AcquireAsync(key, live.Token);
            held.Dispose();
            waiting.GetAwaiter().GetResult().Dispose();
        });
    }

    [Fact]
    public void KeyedAsyncReaderWriterLock_AloneWithItsKey_AllocatesNothing()
    {
        var locks = new KeyedAsyncReaderWriterLock<int>();
        using var live = new CancellationTokenSource();
        var key = 0;
        AssertNothing(() =>
        {
            key = (key + 1) % 100;
            locks.AcquireReaderAsync(key, live.Token).Result.Dispose();
            locks.AcquireWriterAsync(key, live.Token).Result.Dispose();
        });
    }

    private static void AssertNothing(Action round)
    {
        for (var i = 0; i < Rounds; i++)
        {
            round();
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
