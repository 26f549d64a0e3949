using System.Collections.Concurrent;

namespace Toolkit.Async.Tests;

/// <summary>On which threads, and with which AsyncLocals, bodies and sources run.</summary>
public sealed class ContextTests
{
    public static TheoryData<SourceKind> Kinds => Sources.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_FlowIsSuppressed_BodiesDoNotLeakIntoEachOther(SourceKind kind)
    {
        var local = new AsyncLocal<string?> { Value = "caller" };
        var seen = new ConcurrentBag<string?>();
        Task task;
        using (ExecutionContext.SuppressFlow())
        {
            task = Sources.ForEach(
                kind,
                Enumerable.Range(0, 200),
                (item, _) =>
                {
                    seen.Add(local.Value);
                    local.Value = "body " + item;
                    return item % 5 == 0 ? new ValueTask(Task.Run(() => { })) : default;
                },
                new FanOutOptions { MaxConcurrency = 4 });
        }

        await task.Arrives();
        Assert.Equal(200, seen.Count);
        Assert.All(seen, Assert.Null);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForEachAsync_BodiesThatSetAsyncLocals_DoNotLeakIntoTheSource(bool asynchronous)
    {
        var local = new AsyncLocal<string?> { Value = "caller" };
        var seen = new ConcurrentBag<string?>();
        IEnumerable<int> Source()
        {
            for (var i = 0; i < 200; i++)
            {
                seen.Add(local.Value);
                yield return i;
            }

            seen.Add(local.Value);
        }

        ValueTask Body(int item, CancellationToken token)
        {
            local.Value = "body " + item;
            return item % 5 == 0 ? new ValueTask(Task.Run(() => { })) : default;
        }

        var options = new FanOutOptions { MaxConcurrency = 2 };
        await (asynchronous ? FanOut.ForEachAsync(Source().ToAsyncEnumerable(), Body, options) : FanOut.ForEachAsync(Source(), Body, options)).Arrives();
        Assert.Equal(201, seen.Count);
        Assert.All(seen, value => Assert.Equal("caller", value));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_BodyEndsOnAnotherThread_TheNextOneStartsOnThePool(SourceKind kind)
    {
        var first = new TaskCompletionSource();
        var onPool = new ConcurrentBag<bool>();
        var task = Sources.ForEach(
            kind,
            Enumerable.Range(0, 3),
            async (item, _) =>
            {
                onPool.Add(Thread.CurrentThread.IsThreadPoolThread);
                if (item == 0)
                {
                    await first.Task;
                }
            },
            new FanOutOptions { MaxConcurrency = 1 });

        while (onPool.IsEmpty)
        {
            await Task.Yield();
        }

        // Goes on with the body, and with what waits for the body, inside of SetResult.
        OnOwnThread(first.SetResult);
        await task.Arrives();
        Assert.Equal([true, true, true], onPool);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForEachAsync_CancelledOnAnotherThread_TheSourceIsDisposedOfOnThePool(bool byTimeout)
    {
        using var cancellation = new CancellationTokenSource();
        var time = new FakeTimeProvider();
        var waiting = new TaskCompletionSource();
        bool? onPool = null;
        IEnumerable<int> Source()
        {
            try
            {
                yield return 1;
            }
            finally
            {
                onPool = Thread.CurrentThread.IsThreadPoolThread;
            }
        }

        var task = FanOut.ForEachAsync(
            Source(),
            async (_, token) =>
            {
                // Goes on inside of Cancel.
                var ended = new TaskCompletionSource();
                await using var registration = token.UnsafeRegister(_ => ended.SetCanceled(token), null);
                waiting.SetResult();
                await ended.Task;
            },
            new FanOutOptions { MaxConcurrency = 1, Timeout = TimeSpan.FromSeconds(1), TimeProvider = time },
            cancellation.Token);

        await waiting.Task.Arrives();
        OnOwnThread(byTimeout ? () => time.Advance(TimeSpan.FromSeconds(1)) : cancellation.Cancel);
        Assert.NotNull(await task.Failure());
        Assert.True(onPool);
    }

    private static void OnOwnThread(Action action)
    {
        var thread = new Thread(() => action());
        thread.Start();
        thread.Join();
    }
}
