using System.Runtime.CompilerServices;

namespace Toolkit.Async.Tests;

/// <summary>What a lock leaves behind at a token that lives longer than the wait.</summary>
public sealed class LockMemoryTests
{
    [Theory]
    [InlineData("mutex")]
    [InlineData("keyed")]
    [InlineData("reader-writer")]
    public async Task AcquireAsync_TimedOutWithALiveToken_IsNotKeptByTheToken(string kind)
    {
        using var live = new CancellationTokenSource();
        var forgotten = await TimeOutAsync(kind, live.Token);
        for (var i = 0; i < 10 && forgotten.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Yield();
        }

        Assert.False(forgotten.IsAlive);
        GC.KeepAlive(live);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> TimeOutAsync(string kind, CancellationToken token)
    {
        var time = new FakeTimeProvider();
        var options = new LockOptions { TimeProvider = time };
        var mutex = new AsyncMutex(options);
        var keyed = new KeyedAsyncLock<object>(options);
        var key = new object();
        var readerWriter = new KeyedAsyncReaderWriterLock<int>(options);
        Func<TimeSpan, Task> acquire = kind switch
        {
            "mutex" => async timeout => await mutex.AcquireAsync(timeout, token),
            "keyed" => async timeout => await keyed.AcquireAsync(key, timeout, token),
            _ => async timeout => await readerWriter.AcquireWriterAsync(1, timeout, token),
        };
        await acquire(Timeout.InfiniteTimeSpan);
        var waiting = acquire(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<TimeoutException>(await waiting.Failure());
        return new WeakReference(kind switch { "mutex" => mutex, "keyed" => key, _ => readerWriter });
    }
}
