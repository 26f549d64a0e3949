namespace Toolkit.Async.Tests;

/// <summary>
/// What blocks, and what it leaves of the thread pool. True with any number of threads; <see cref="FewThreadsTests"/> runs it in a
/// process that starts with one and never has more than <see cref="Threads"/>, where what takes all of them ends nothing.
/// </summary>
public sealed class FewThreads
{
    public const string Marker = "TOOLKIT_POOL_THREADS";
    public const int Threads = 4;

    public FewThreads()
    {
        if (Environment.GetEnvironmentVariable(Marker) is not null)
        {
            ThreadPool.GetMinThreads(out var fewest, out _);
            ThreadPool.GetMaxThreads(out var most, out _);
            Assert.Equal((1, Threads), (fewest, most));
        }
    }

    [Fact]
    public async Task BlockingBodies_MoreThanThreads_AllEnd()
    {
        using var entered = new SemaphoreSlim(0);
        using var release = new ManualResetEventSlim();
        var unblocker = new Thread(() =>
        {
            entered.Wait(Signals.Bound);
            release.Set();
        });
        unblocker.Start();
        var seen = 0;
        await FanOut.ForEachAsync(
            Enumerable.Range(0, 200).ToArray(),
            (_, _) =>
            {
                entered.Release();
                Assert.True(release.Wait(Signals.Bound));
                Interlocked.Increment(ref seen);
                return ValueTask.CompletedTask;
            },
            maxConcurrency: 64).Arrives();
        unblocker.Join();
        Assert.Equal(200, seen);
    }

    [Fact]
    public async Task BlockingBodies_ThatWaitForEachOther_AllRunAtTheSameTime()
    {
        // The first worker has taken these neighbours as one batch: the others must be able to take them from it.
        using var together = new Barrier(Threads - 1);
        var met = 0;
        await FanOut.ForEachAsync(
            new int[Threads - 1],
            (_, _) =>
            {
                Assert.True(together.SignalAndWait(Signals.Bound));
                Interlocked.Increment(ref met);
                return ValueTask.CompletedTask;
            },
            maxConcurrency: Threads - 1).Arrives();
        Assert.Equal(Threads - 1, met);
    }

    [Fact]
    public async Task BlockingBodies_FewerThanThreads_LeaveTheOtherThreads()
    {
        using var entered = new CountdownEvent(Threads - 1);
        using var release = new ManualResetEventSlim();
        var task = FanOut.ForEachAsync(
            new int[100],
            (_, _) =>
            {
                if (!entered.IsSet)
                {
                    entered.Signal();
                }

                Assert.True(release.Wait(Signals.Bound));
                return ValueTask.CompletedTask;
            },
            maxConcurrency: Threads - 1);
        await FromOutside(entered.WaitHandle);
        await ThePoolAnswers();
        release.Set();
        await task.Arrives();
    }

    [Fact]
    public async Task BlockingSource_ManyWorkers_LeavesTheOtherThreads()
    {
        const int Running = 20;
        using var blocked = new ManualResetEvent(false);
        using var release = new ManualResetEventSlim();
        var bodies = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var seen = 0;
        IEnumerable<int> Source()
        {
            for (var i = 0; i < Running; i++)
            {
                yield return i;
            }

            blocked.Set();
            Assert.True(release.Wait(Signals.Bound));
            yield return Running;
        }

        var task = FanOut.ForEachAsync(
            Source(),
            async (_, _) =>
            {
                await bodies.Task;
                Interlocked.Increment(ref seen);
            },
            maxConcurrency: 1000);
        await FromOutside(blocked);
        await ThePoolAnswers();

        // Workers that are done come back to a source that still blocks.
        bodies.SetResult();
        Assert.True(SpinWait.SpinUntil(() => Volatile.Read(ref seen) == Running, Signals.Bound));
        await ThePoolAnswers();
        release.Set();
        await task.Arrives();
        Assert.Equal(Running + 1, seen);
    }

    /// <summary>Waits on a thread that is not the pool's.</summary>
    private static Task FromOutside(WaitHandle handle)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            if (handle.WaitOne(Signals.Bound))
            {
                reached.SetResult();
            }
            else
            {
                reached.SetException(new TimeoutException("The bodies or the source were not reached."));
            }
        }).Start();
        return reached.Task;
    }

    private static async Task ThePoolAnswers()
    {
        for (var i = 0; i < 100; i++)
        {
            await Task.Run(static () => { }).Arrives();
        }
    }
}
