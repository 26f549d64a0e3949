using System.Diagnostics;

namespace Toolkit.Caching.Tests.Flights;

public class StarvedPoolTests
{
    private const string Child = "TOOLKIT_STARVED_POOL";
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Call_SynchronousCallersHoldEveryPoolThread_EndsAnyway()
    {
        // In a process of its own: other tests need the pool.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(StarvedPoolTests).Assembly.Location);
        }

        start.ArgumentList.Add("-method");
        start.ArgumentList.Add("Toolkit.Caching.Tests.Flights.StarvedPoolTests.OtherProcess_Starves");
        start.Environment[Child] = "1";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(2 * Bound, TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output);
    }

    [Fact]
    public async Task OtherProcess_Starves()
    {
        if (Environment.GetEnvironmentVariable(Child) is not "1")
        {
            Assert.Equal(3, new Slow(new ManualResetEventSlim(true), new ManualResetEventSlim()).Get(3));
            return;
        }

        var done = new TaskCompletionSource<Exception?>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                Starve();
                done.SetResult(null);
            }
            catch (Exception exception)
            {
                done.SetResult(exception);
            }
        }).Start();
        Assert.Null(await done.Task);
    }

    private static void Starve()
    {
        var threads = Environment.ProcessorCount;
        Assert.True(ThreadPool.SetMaxThreads(threads, threads));
        using var open = new ManualResetEventSlim();
        using var started = new ManualResetEventSlim();
        var slow = new Slow(open, started);
        var leader = new Thread(() => slow.Get(1));
        leader.Start();
        Assert.True(started.Wait(Bound));
        using var waiting = new CountdownEvent(threads);
        using var finished = new CountdownEvent(2 * threads);
        for (var i = 0; i < 2 * threads; i++)
        {
            ThreadPool.QueueUserWorkItem(_ =>
            {
                if (!waiting.IsSet)
                {
                    waiting.Signal();
                }

                slow.Get(1);
                finished.Signal();
            });
        }

        // No thread of the pool is left to run a continuation.
        Assert.True(waiting.Wait(Bound));
        open.Set();
        Assert.True(leader.Join(Bound));
        Assert.True(finished.Wait(Bound));
        Assert.Equal(1, slow.Calls);
    }
}

public class Slow(ManualResetEventSlim open, ManualResetEventSlim started)
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    [Memoize]
    public int Get(int n)
    {
        Interlocked.Increment(ref _calls);
        started.Set();
        open.Wait();
        return n;
    }
}
