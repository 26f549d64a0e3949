using System.Threading.RateLimiting;
using Nito.AsyncEx;

namespace Toolkit.Async.Tests;

public sealed class OptionsTests
{
    public static TheoryData<SourceKind> Kinds => Sources.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ItemTimeout_BodyTooSlow_FailsTheItemWithATimeoutException(SourceKind kind)
    {
        var time = new FakeTimeProvider();
        var waiting = new TaskCompletionSource();
        var task = Sources.ForEach(
            kind,
            [0, 1],
            async (item, token) =>
            {
                if (item == 1)
                {
                    waiting.SetResult();
                    await Signals.Never(token);
                }
            },
            new FanOutOptions { MaxConcurrency = 1, ItemTimeout = TimeSpan.FromSeconds(2), TimeProvider = time });

        await waiting.Task.Arrives();
        time.Advance(TimeSpan.FromSeconds(2));
        var failure = Assert.IsType<TimeoutException>(await task.Failure());
        Assert.Contains("Item 1 ", failure.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<OperationCanceledException>(failure.InnerException);
    }

    [Fact]
    public async Task ItemTimeout_InASettledMap_EndsThatItemAlone()
    {
        var time = new FakeTimeProvider();
        var started = 0;
        var all = new TaskCompletionSource();
        var task = FanOut.MapSettledAsync(
            [0, 1, 2],
            async (item, token) =>
            {
                if (Interlocked.Increment(ref started) == 3)
                {
                    all.SetResult();
                }

                if (item == 1)
                {
                    await Signals.Never(token);
                }

                return item;
            },
            new FanOutOptions { MaxConcurrency = 3, ItemTimeout = TimeSpan.FromSeconds(2), TimeProvider = time });

        await all.Task.Arrives();
        time.Advance(TimeSpan.FromSeconds(3));
        var outcomes = await task.Arrives();
        Assert.Equal([true, false, true], outcomes.Select(outcome => outcome.IsSuccess));
        Assert.IsType<TimeoutException>(outcomes[1].Exception);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Timeout_WholeFanOutTooSlow_EndsTheBodiesAndThrows(SourceKind kind)
    {
        var time = new FakeTimeProvider();
        var waiting = new TaskCompletionSource();
        var ended = 0;
        var task = Sources.ForEach(
            kind,
            Enumerable.Range(0, 10),
            async (item, token) =>
            {
                try
                {
                    if (item == 1)
                    {
                        waiting.SetResult();
                    }

                    await Signals.Never(token);
                }
                finally
                {
                    Interlocked.Increment(ref ended);
                }
            },
            new FanOutOptions { MaxConcurrency = 2, Timeout = TimeSpan.FromSeconds(2), TimeProvider = time });

        await waiting.Task.Arrives();
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.IsType<TimeoutException>(await task.Failure());
        Assert.Single(task.Exception!.InnerExceptions);
        Assert.Equal(2, ended);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task PauseToken_WhilePaused_TakesNothingMore(SourceKind kind)
    {
        var pause = new PauseTokenSource { IsPaused = true };
        var started = 0;
        var task = Sources.ForEach(
            kind,
            Enumerable.Range(0, 20),
            async (item, _) =>
            {
                await Task.Yield();
                if (Interlocked.Increment(ref started) == 10)
                {
                    pause.IsPaused = true;
                }
            },
            new FanOutOptions { MaxConcurrency = 1, PauseToken = pause.Token });

        Assert.Equal(0, Volatile.Read(ref started));
        pause.IsPaused = false;

        // One at a time: after the tenth nobody asks for another one until the pause is over.
        while (Volatile.Read(ref started) < 10)
        {
            await Task.Yield();
        }

        Assert.False(task.IsCompleted);
        Assert.Equal(10, Volatile.Read(ref started));
        pause.IsPaused = false;
        await task.Arrives();
        Assert.Equal(20, started);
    }

    [Fact]
    public async Task PauseToken_CancelledWhilePaused_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var pause = new PauseTokenSource { IsPaused = true };
        var task = FanOut.ForEachAsync([1], (_, _) => Task.CompletedTask, new FanOutOptions { MaxConcurrency = 1, PauseToken = pause.Token }, cancellation.Token);
        cancellation.Cancel();
        await task.Failure();
        Assert.True(task.IsCanceled);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task RateLimiter_ConcurrencyLimiter_HoldsItsPermitForTheTimeOfTheBody(SourceKind kind)
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 2, QueueLimit = 1 });
        var running = 0;
        var most = 0;
        await Sources.ForEach(
            kind,
            Enumerable.Range(0, 100),
            async (_, _) =>
            {
                ForEachTests.InterlockedMax(ref most, Interlocked.Increment(ref running));
                await Task.Yield();
                Interlocked.Decrement(ref running);
            },
            new FanOutOptions { MaxConcurrency = 10, RateLimiter = limiter }).Arrives();

        Assert.InRange(most, 1, 2);
        Assert.Equal(2, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Fact]
    public async Task RateLimiter_RefusesWithATimeToRetry_IsAskedAgainThen()
    {
        var time = new FakeTimeProvider();
        using var limiter = new RefusingLimiter(refusals: 2, retryAfter: TimeSpan.FromSeconds(5));
        var task = FanOut.MapAsync([1], (item, _) => new ValueTask<int>(item), new FanOutOptions { MaxConcurrency = 1, RateLimiter = limiter, TimeProvider = time });
        while (!task.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var results = await task.Arrives();
        Assert.Equal([1], results);
        Assert.Equal(3, limiter.Asked);
    }

    [Fact]
    public async Task RateLimiter_RefusesWithout_FailsTheFanOutAndSaysWhy()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 1, QueueLimit = 0 });
        using var held = limiter.AttemptAcquire();
        var failure = await FanOut.ForEachAsync([1], (_, _) => Task.CompletedTask, new FanOutOptions { MaxConcurrency = 1, RateLimiter = limiter }).Failure();
        Assert.Contains("QueueLimit", Assert.IsType<InvalidOperationException>(failure).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RateLimiter_NestedMapsOnOneConcurrencyLimiter_DoNotWaitForThemselves()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 2, QueueLimit = 100 });
        var options = new FanOutOptions { MaxConcurrency = 4, RateLimiter = limiter };
        var leaves = 0;
        var running = 0;
        var most = 0;
        await FanOut.ForEachAsync(
            Enumerable.Range(0, 4),
            async (outer, ct) =>
            {
                await FanOut.ForEachAsync(
                    Enumerable.Range(0, 5),
                    async (inner, _) =>
                    {
                        ForEachTests.InterlockedMax(ref most, Interlocked.Increment(ref running));
                        await Task.Yield();
                        Interlocked.Increment(ref leaves);
                        Interlocked.Decrement(ref running);
                    },
                    options,
                    ct);
            },
            options).Arrives();

        Assert.Equal(20, leaves);
        Assert.InRange(most, 1, 2);
        Assert.Equal(2, limiter.GetStatistics()!.CurrentAvailablePermits);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Progress_ManyItems_IsToldOneAfterTheOtherWithRisingCounts(SourceKind kind)
    {
        var reports = new List<FanOutProgress>();
        var inside = 0;
        var progress = new Reporter(report =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            reports.Add(report);
            Interlocked.Decrement(ref inside);
        });

        await Sources.Map(
            kind,
            Enumerable.Range(0, 200),
            async (item, _) =>
            {
                await Task.Yield();
                return item;
            },
            new FanOutOptions { MaxConcurrency = 8, Progress = progress }).Arrives();

        Assert.Equal(Enumerable.Range(1, 200).Select(i => (long)i), reports.Select(report => report.Completed));
        Assert.All(reports, report => Assert.Equal(kind is SourceKind.Array or SourceKind.List ? 200 : null, report.Total));
    }

    [Fact]
    public async Task Progress_Throws_FailsTheFanOut()
    {
        var progress = new Reporter(_ => throw new InvalidDataException("progress"));
        var failure = await FanOut.ForEachAsync([1], (_, _) => Task.CompletedTask, new FanOutOptions { MaxConcurrency = 1, Progress = progress }).Failure();
        Assert.Equal("progress", Assert.IsType<InvalidDataException>(failure).Message);
    }

    [Fact]
    public void Options_WrongValues_ThrowWhereTheyAreSet()
    {
        Assert.Throws<ArgumentOutOfRangeException>("MaxConcurrency", () => new FanOutOptions { MaxConcurrency = -1 });
        Assert.Throws<ArgumentOutOfRangeException>("BufferCapacity", () => new FanOutOptions { MaxConcurrency = 1, BufferCapacity = 0 });
        Assert.Throws<ArgumentOutOfRangeException>("ItemTimeout", () => new FanOutOptions { MaxConcurrency = 1, ItemTimeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>("Timeout", () => new FanOutOptions { MaxConcurrency = 1, Timeout = TimeSpan.MaxValue });
        Assert.Throws<ArgumentNullException>("TimeProvider", () => new FanOutOptions { MaxConcurrency = 1, TimeProvider = null! });
        Assert.Throws<ArgumentOutOfRangeException>("HedgeDelay", () => new RaceOptions { HedgeDelay = TimeSpan.FromSeconds(-1) });
        Assert.Throws<ArgumentOutOfRangeException>("Timeout", () => new RaceOptions { Timeout = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>("Timeout", () => new TaskGroupOptions { Timeout = TimeSpan.Zero });
    }

    private sealed class Reporter(Action<FanOutProgress> report) : IProgress<FanOutProgress>
    {
        public void Report(FanOutProgress value) => report(value);
    }

    private sealed class RefusingLimiter(int refusals, TimeSpan retryAfter) : RateLimiter
    {
        public int Asked { get; private set; }

        public override TimeSpan? IdleDuration => null;

        public override RateLimiterStatistics? GetStatistics() => null;

        protected override ValueTask<RateLimitLease> AcquireAsyncCore(int permitCount, CancellationToken cancellationToken) => new(AttemptAcquireCore(permitCount));

        protected override RateLimitLease AttemptAcquireCore(int permitCount) => new Lease(++Asked > refusals, retryAfter);

        private sealed class Lease(bool acquired, TimeSpan retryAfter) : RateLimitLease
        {
            public override bool IsAcquired => acquired;

            public override IEnumerable<string> MetadataNames => [MetadataName.RetryAfter.Name];

            public override bool TryGetMetadata(string metadataName, out object? metadata)
            {
                metadata = retryAfter;
                return metadataName == MetadataName.RetryAfter.Name;
            }
        }
    }
}
