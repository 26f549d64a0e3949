using System.Collections.Concurrent;

namespace Toolkit.Async.Tests;

public sealed class ForEachTests
{
    public static TheoryData<SourceKind> Kinds => Sources.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_AnySource_RunsEachItemOnce(SourceKind kind)
    {
        foreach (var count in new[] { 0, 1, 2, 15, 16, 17, 1000 })
        {
            foreach (var concurrency in new[] { 1, 2, 16, int.MaxValue })
            {
                var seen = new ConcurrentBag<int>();

                await Sources.ForEach(
                    kind,
                    Enumerable.Range(0, count),
                    async (item, _) =>
                    {
                        if (item % 2 == 0)
                        {
                            await Task.Yield();
                        }

                        seen.Add(item);
                    },
                    new FanOutOptions { MaxConcurrency = concurrency }).Arrives();

                Assert.Equal(Enumerable.Range(0, count), seen.Order());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_ManyItems_ReachesTheConcurrencyAndNeverExceedsIt(SourceKind kind)
    {
        const int Concurrency = 7;
        var running = 0;
        var most = 0;
        var all = new TaskCompletionSource();

        await Sources.ForEach(
            kind,
            Enumerable.Range(0, 200),
            async (_, token) =>
            {
                var now = Interlocked.Increment(ref running);
                InterlockedMax(ref most, now);
                if (now == Concurrency)
                {
                    all.TrySetResult();
                }

                // Until they all run at once, nobody goes on: a fan-out that is narrower than it was told would hang here.
                await all.Task.WaitAsync(token);
                await Task.Yield();
                Interlocked.Decrement(ref running);
            },
            new FanOutOptions { MaxConcurrency = Concurrency }).Arrives();

        Assert.Equal(Concurrency, most);
        Assert.Equal(0, running);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_OneAtATime_KeepsTheOrderOfTheSource(SourceKind kind)
    {
        var seen = new List<int>();

        await Sources.ForEach(
            kind,
            Enumerable.Range(0, 100),
            async (item, _) =>
            {
                await Task.Yield();
                seen.Add(item);
            },
            new FanOutOptions { MaxConcurrency = 1 }).Arrives();

        Assert.Equal(Enumerable.Range(0, 100), seen);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_AlreadyCancelled_StartsNothing(SourceKind kind)
    {
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        var started = false;

        var task = Sources.ForEach(
            kind,
            [1],
            (_, _) =>
            {
                started = true;
                return default;
            },
            new FanOutOptions { MaxConcurrency = 1 },
            cancellation.Token);

        Assert.True(task.IsCanceled);
        Assert.False(started);
        var thrown = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => task);
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
    }

    [Fact]
    public async Task ForEachAsync_BlockingBodies_DoNotBlockTheCaller()
    {
        using var release = new ManualResetEventSlim();
        var task = FanOut.ForEachAsync(
            new[] { 1, 2, 3 },
            (_, _) =>
            {
                release.Wait(Signals.Bound);
                return ValueTask.CompletedTask;
            },
            3);

        Assert.False(task.IsCompleted);
        release.Set();
        await task.Arrives();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_BodiesThatSetAsyncLocals_LeakIntoNeitherEachOtherNorTheCaller(SourceKind kind)
    {
        var local = new AsyncLocal<string?> { Value = "caller" };
        var seen = new ConcurrentBag<string?>();

        // Not async: nothing but the fan-out itself undoes what such a body sets.
        await Sources.ForEach(
            kind,
            Enumerable.Range(0, 500),
            (item, _) =>
            {
                seen.Add(local.Value);
                local.Value = "body " + item;
                return item % 5 == 0 ? new ValueTask(Task.Run(() => { })) : default;
            },
            new FanOutOptions { MaxConcurrency = 4 }).Arrives();

        Assert.Equal("caller", local.Value);
        Assert.Equal(500, seen.Count);
        Assert.All(seen, value => Assert.Equal("caller", value));
    }

    [Fact]
    public async Task ForEachAsync_WrongArguments_ThrowAtOnce()
    {
        var body = (int _, CancellationToken _) => ValueTask.CompletedTask;
        Assert.Throws<ArgumentNullException>("source", () => { _ = FanOut.ForEachAsync((IEnumerable<int>)null!, body, 1); });
        Assert.Throws<ArgumentNullException>("body", () => { _ = FanOut.ForEachAsync([1], (Func<int, CancellationToken, ValueTask>)null!, 1); });
        Assert.Throws<ArgumentNullException>("body", () => { _ = FanOut.ForEachAsync([1], (Func<int, CancellationToken, Task>)null!, 1); });
        Assert.Throws<ArgumentNullException>("options", () => { _ = FanOut.ForEachAsync([1], body, null!); });
        Assert.Throws<ArgumentOutOfRangeException>("maxConcurrency", () => { _ = FanOut.ForEachAsync([1], body, 0); });
        Assert.Throws<ArgumentOutOfRangeException>("MaxConcurrency", () => new FanOutOptions { MaxConcurrency = 0 });
        await FanOut.ForEachAsync([1], body, 1).Arrives();
    }

    internal static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); value > seen;)
        {
            var before = Interlocked.CompareExchange(ref target, value, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
