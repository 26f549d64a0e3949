namespace Toolkit.Caching.Tests.Flights;

public class FlightTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Call_AHundredAtOnce_ComputesOnce()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        var calls = Enumerable.Range(0, 100).Select(_ => Task.Run(() => gated.GetAsync(1))).ToList();
        await gate.Started.WaitAsync(Bound);
        gate.Open();
        Assert.All(await Task.WhenAll(calls).WaitAsync(Bound), static n => Assert.Equal(1, n));
        Assert.Equal(1, gate.Calls);
    }

    [Fact]
    public async Task Call_SynchronousCallersAtOnce_ComputeOnce()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        var results = new int[8];
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() => results[i] = gated.Get(5))).ToList();
        threads.ForEach(static t => t.Start());
        await gate.Started.WaitAsync(Bound);
        gate.Open();
        threads.ForEach(static t => Assert.True(t.Join(Bound)));
        Assert.All(results, static n => Assert.Equal(5, n));
        Assert.Equal(1, gate.Calls);
    }

    [Fact]
    public async Task Cancel_FirstCaller_DoesNotStopTheOthers()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        using var source = new CancellationTokenSource();
        var first = gated.GetAsync(1, source.Token);
        var second = gated.GetAsync(1);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        Assert.False(gate.Token.IsCancellationRequested);
        gate.Open();
        Assert.Equal(1, await second.WaitAsync(Bound));
        Assert.Equal(1, await gated.GetAsync(1));
        Assert.Equal(1, gate.Calls);
    }

    [Fact]
    public async Task Cancel_LastCaller_CancelsTheComputation()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        using var one = new CancellationTokenSource();
        using var two = new CancellationTokenSource();
        var first = gated.GetAsync(1, one.Token);
        var second = gated.GetAsync(1, two.Token);
        await one.CancelAsync();
        Assert.False(gate.Token.IsCancellationRequested);
        await two.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Assert.True(gate.Token.IsCancellationRequested);

        // The next caller starts anew.
        gate.Open();
        Assert.Equal(1, await gated.GetAsync(1).WaitAsync(Bound));
        Assert.Equal(2, gate.Calls);
    }

    [Fact]
    public async Task Call_CancelledToken_ThrowsOnAMissAndReturnsAHit()
    {
        var gate = new Gate();
        gate.Open();
        var gated = new Gated(gate);
        var cancelled = new CancellationToken(true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gated.GetAsync(1, cancelled));
        Assert.Equal(0, gate.Calls);
        Assert.Equal(1, await gated.GetAsync(1));
        Assert.Equal(1, await gated.GetAsync(1, cancelled));
    }

    [Fact]
    public async Task Fault_AllWaiting_GetItAndTheNextRetries()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        var calls = Enumerable.Range(0, 10).Select(_ => gated.GetAsync(1)).ToList();
        gate.Break();
        foreach (var call in calls)
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => call.WaitAsync(Bound));
            Assert.Equal("broken", failure.Message);
        }

        Assert.Equal(1, gate.Calls);
        await Assert.ThrowsAsync<InvalidOperationException>(() => gated.GetAsync(1));
        Assert.Equal(2, gate.Calls);
    }

    [Fact]
    public async Task Remove_DuringComputation_KeepsTheResultOut()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        var call = gated.GetAsync(1);
        Memo.Gated.GetAsync.Remove(gated, 1);
        gate.Open();
        Assert.Equal(1, await call.WaitAsync(Bound));
        Assert.Equal(1, await gated.GetAsync(1));
        Assert.Equal(2, gate.Calls);
        Assert.Equal(1, await gated.GetAsync(1));
        Assert.Equal(2, gate.Calls);
    }

    [Fact]
    public async Task Remove_LateResult_DoesNotReplaceANewerOne()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        var late = gated.GetAsync(1);
        Memo.Gated.GetAsync.Clear(gated);
        var newer = gated.GetAsync(1);
        gate.Open();
        Assert.Equal(1, await newer.WaitAsync(Bound));
        Assert.Equal(1, await late.WaitAsync(Bound));
        Assert.Equal(2, gate.Calls);
        Assert.Equal(1, Memo.Gated.GetAsync.Info(gated).Count);
    }

    [Fact]
    public async Task InvalidateTag_DuringComputation_IsNotJoinedByLaterCallers()
    {
        var gate = new Gate();
        var gated = new Gated(gate);
        var before = gated.TaggedAsync(71);
        var joined = gated.TaggedAsync(71);
        Assert.Equal(1, gate.Calls);
        Memoized.InvalidateTag("gated:71");
        var after = gated.TaggedAsync(71);
        Assert.Equal(2, gate.Calls);
        var again = gated.TaggedAsync(71);
        Assert.Equal(2, gate.Calls);
        gate.Open();
        Assert.All(await Task.WhenAll(before, joined, after, again).WaitAsync(Bound), static n => Assert.Equal(71, n));
        Assert.Equal(71, await gated.TaggedAsync(71));
        Assert.Equal(2, gate.Calls);
    }

    [Fact]
    public async Task Call_ManyKeysAtOnce_EachComputesOnceAndIsFoundAgain()
    {
        const int Keys = 2000;
        var gate = new Gate();
        var gated = new Gated(gate);
        var calls = Enumerable.Range(0, 2 * Keys).Select(i => gated.GetAsync(i % Keys)).ToList();
        Assert.Equal(Keys, gate.Calls);
        gate.Open();
        Assert.Equal(Enumerable.Range(0, 2 * Keys).Select(static i => i % Keys), await Task.WhenAll(calls).WaitAsync(Bound));
        Assert.Equal(Keys, gate.Calls);
    }

    [Fact]
    public async Task Call_NestedComputationsOfManyThreads_GetTheirOwnResults()
    {
        // Objects of computations that nobody else knows serve again; whoever mixed them up would answer for another key.
        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() =>
        {
            var random = new Random(seed);
            for (var i = 0; i < 50_000; i++)
            {
                var n = random.Next(300);
                Assert.Equal((n / 2) + 7, Nested.Outer(n) - n);
                if (i % 50 == 0)
                {
                    Memo.Nested.Inner.Remove(n / 2);
                }
            }
        })));
    }

    [Fact]
    public async Task Call_SameKeyFromWithin_ComputesUncached()
    {
        var open = new Gate();
        open.Open();
        var circles = new Circles(open, open);
        Assert.Equal(10, await circles.SelfAsync(7, 3).WaitAsync(Bound));
        Assert.Equal(10, circles.Self(7, 3));
    }

    [Fact]
    public async Task Call_TwoThatWaitForEachOther_EndAnyway()
    {
        var (first, second) = (new Gate(), new Gate());
        var circles = new Circles(first, second);
        var a = circles.AAsync(1, 4);
        var b = circles.BAsync(1, 4);
        await Task.WhenAll(first.Started, second.Started).WaitAsync(Bound);
        first.Open();
        second.Open();

        // Whoever asks last would close the circle: it computes uncached, to the end of its recursion.
        var results = await Task.WhenAll(a, b).WaitAsync(Bound);
        Assert.All(results, static n => Assert.InRange(n, 2, 10));
    }
}

public static class Nested
{
    [Memoize(Capacity = 20)]
    public static int Outer(int n) => n + Inner(n / 2);

    [Memoize(Capacity = 20)]
    public static int Inner(int n) => n + 7;
}
