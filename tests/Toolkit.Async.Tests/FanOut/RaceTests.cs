namespace Toolkit.Async.Tests;

public sealed class RaceTests
{
    [Fact]
    public async Task RaceAsync_OneSucceeds_ReturnsItAndEndsTheOthers()
    {
        var ended = 0;
        async Task<string> Slow(CancellationToken token)
        {
            try
            {
                await Signals.Never(token);
                return "slow";
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        }

        var gate = new TaskCompletionSource<string>();
        var race = FanOut.RaceAsync([Slow, _ => gate.Task, Slow]);
        gate.SetResult("fast");
        Assert.Equal("fast", await race.Arrives());
        Assert.InRange(ended, 0, 2);
    }

    [Fact]
    public async Task RaceAsync_HedgeDelay_StartsTheNextAfterItOrAfterAFailure()
    {
        var time = new FakeTimeProvider();
        var started = new[] { new TaskCompletionSource<TaskCompletionSource<int>>(), new(), new() };
        IEnumerable<Func<CancellationToken, ValueTask<int>>> Candidates()
        {
            foreach (var signal in started)
            {
                yield return async token =>
                {
                    var result = new TaskCompletionSource<int>();
                    signal.SetResult(result);
                    return await result.Task.WaitAsync(token);
                };
            }
        }

        var race = FanOut.RaceAsync(Candidates(), new RaceOptions { HedgeDelay = TimeSpan.FromSeconds(1), TimeProvider = time });
        var first = await started[0].Task.Arrives();
        time.Advance(TimeSpan.FromMilliseconds(900));
        Assert.False(started[1].Task.IsCompleted);

        // The timer may be armed a moment after the first candidate has started.
        while (!started[1].Task.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.WhenAny(started[1].Task, Task.Delay(1));
        }

        var second = await started[1].Task.Arrives();
        second.SetException(new InvalidDataException());
        var third = await started[2].Task.Arrives();
        first.SetResult(1);
        Assert.Equal(1, await race.Arrives());
        Assert.False(third.Task.IsCompleted);
    }

    [Fact]
    public async Task RaceAsync_AllFail_ThrowsTheFirstFailureAndKeepsAll()
    {
        var race = FanOut.RaceAsync<int>(
            Enumerable.Range(0, 3).Select(i => (Func<CancellationToken, Task<int>>)(_ => Task.FromException<int>(new InvalidDataException($"{i}")))),
            new RaceOptions { HedgeDelay = TimeSpan.FromDays(1) });
        Assert.Equal("0", Assert.IsType<InvalidDataException>(await race.Failure()).Message);
        Assert.Equal(["0", "1", "2"], race.Exception!.InnerExceptions.Select(exception => exception.Message));
    }

    [Fact]
    public async Task RaceAsync_NoCandidatesCancelledOrTooLate_EndsAccordingly()
    {
        Assert.IsType<InvalidOperationException>(await FanOut.RaceAsync(Array.Empty<Func<CancellationToken, Task<int>>>()).Failure());

        var cancelled = FanOut.RaceAsync<int>([async token => { await Signals.Never(token); return 1; }], cancellationToken: new CancellationToken(true));
        Assert.True(cancelled.IsCanceled);

        using var cancellation = new CancellationTokenSource();
        var running = FanOut.RaceAsync<int>(
            [async token => { cancellation.Cancel(); await Signals.Never(token); return 1; }],
            cancellationToken: cancellation.Token);
        await running.Failure();
        Assert.True(running.IsCanceled);

        var time = new FakeTimeProvider();
        var started = new TaskCompletionSource();
        var late = FanOut.RaceAsync<int>(
            [async token => { started.SetResult(); await Signals.Never(token); return 1; }],
            new RaceOptions { Timeout = TimeSpan.FromSeconds(3), TimeProvider = time });
        await started.Task.Arrives();
        time.Advance(TimeSpan.FromSeconds(3));
        Assert.IsType<TimeoutException>(await late.Failure());
        Assert.Throws<ArgumentOutOfRangeException>("hedgeDelay", () => { _ = FanOut.RaceAsync<int>([_ => new ValueTask<int>(1)], TimeSpan.FromSeconds(-1)); });
    }

    [Fact]
    public async Task RaceAsync_StreamOfCandidates_TakesThemOneByOne()
    {
        var taken = 0;
        async IAsyncEnumerable<Func<CancellationToken, ValueTask<int>>> Candidates()
        {
            for (var i = 0; i < 100; i++)
            {
                await Task.Yield();
                taken++;
                var number = i;
                yield return _ => number < 3 ? ValueTask.FromException<int>(new InvalidDataException()) : new ValueTask<int>(number);
            }
        }

        Assert.Equal(3, await FanOut.RaceAsync(Candidates(), TimeSpan.FromDays(1)).Arrives());
        Assert.InRange(taken, 4, 5);
    }
}
