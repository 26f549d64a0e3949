namespace Toolkit.Async.Tests;

/// <summary>What is thrown, and when: the first five decisions of the package.</summary>
public sealed class FailureTests
{
    public static TheoryData<SourceKind> Kinds => Sources.Kinds;

    private static FanOutOptions Wide => new() { MaxConcurrency = 4 };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_BodyFails_StopsTakingCancelsTheSiblingsAndAwaitsThem(SourceKind kind)
    {
        var siblings = new TaskCompletionSource();
        var waiting = 0;
        var ended = 0;
        var started = 0;

        var task = Sources.ForEach(
            kind,
            Enumerable.Range(0, 1000),
            async (item, token) =>
            {
                Interlocked.Increment(ref started);
                if (item == 0)
                {
                    await siblings.Task;
                    throw new InvalidDataException("item 0");
                }

                if (Interlocked.Increment(ref waiting) == 3)
                {
                    siblings.SetResult();
                }

                try
                {
                    await Signals.Never(token);
                }
                finally
                {
                    await Task.Yield();
                    Interlocked.Increment(ref ended);
                }
            },
            Wide);

        var failure = await task.Failure();
        Assert.Equal(3, ended);
        Assert.Equal(4, started);
        Assert.Equal("item 0", Assert.IsType<InvalidDataException>(failure).Message);
        Assert.Equal(failure, Assert.Single(task.Exception!.InnerExceptions));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task MapAsync_SeveralFail_ThrowsTheFirstAndKeepsAll(SourceKind kind)
    {
        var firstFailed = new TaskCompletionSource();
        var arrived = 0;
        var all = new TaskCompletionSource();

        var task = Sources.Map(
            kind,
            [0, 1, 2],
            async (item, token) =>
            {
                if (Interlocked.Increment(ref arrived) == 3)
                {
                    all.SetResult();
                }

                await all.Task;
                if (item == 1)
                {
                    // Cancelled by the failure of item 0; fails in its own way on the way out.
                    token.Register(() => firstFailed.SetResult());
                    await firstFailed.Task;
                    throw new InvalidDataException("second");
                }

                if (item == 2)
                {
                    await Signals.Never(token);
                }

                return item == 0 ? throw new InvalidOperationException("first") : item;
            },
            Wide);

        var failure = await task.Failure();
        Assert.IsType<InvalidOperationException>(failure);
        Assert.Equal(["first", "second"], task.Exception!.InnerExceptions.Select(exception => exception.Message));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_FailureAfterTheCallersCancellation_BeatsIt(SourceKind kind)
    {
        using var cancellation = new CancellationTokenSource();

        var task = Sources.ForEach(
            kind,
            Enumerable.Range(0, 8),
            async (item, token) =>
            {
                if (item == 3)
                {
                    cancellation.Cancel();
                    throw new InvalidDataException();
                }

                await Signals.Never(token);
            },
            Wide,
            cancellation.Token);

        Assert.IsType<InvalidDataException>(await task.Failure());
        Assert.True(task.IsFaulted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task MapAsync_CallerCancels_IsCancelledWithTheCallersToken(SourceKind kind)
    {
        using var cancellation = new CancellationTokenSource();
        var ended = 0;

        var task = Sources.Map<int, int>(
            kind,
            Enumerable.Range(0, 1000),
            async (item, token) =>
            {
                if (item == 3)
                {
                    cancellation.Cancel();
                }

                try
                {
                    await Signals.Never(token);
                }
                finally
                {
                    Interlocked.Increment(ref ended);
                }

                return item;
            },
            Wide,
            cancellation.Token);

        var thrown = Assert.IsAssignableFrom<OperationCanceledException>(await task.Failure());
        Assert.True(task.IsCanceled);
        Assert.Equal(cancellation.Token, thrown.CancellationToken);
        Assert.InRange(ended, 4, 7);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_CancellationThatNobodyAskedFor_IsAFailure(SourceKind kind)
    {
        using var own = new CancellationTokenSource();

        // As an HttpClient does it when its own time-out has passed.
        var task = Sources.ForEach(
            kind,
            [0],
            async (_, _) =>
            {
                await Task.Yield();
                own.Cancel();
                own.Token.ThrowIfCancellationRequested();
            },
            Wide);

        Assert.IsType<OperationCanceledException>(await task.Failure());
        Assert.True(task.IsFaulted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task ForEachAsync_CancelledAfterTheLastItemAndAllSucceed_Succeeds(SourceKind kind)
    {
        using var cancellation = new CancellationTokenSource();
        var ended = 0;
        var task = Sources.ForEach(
            kind,
            [0, 1],
            async (item, token) =>
            {
                await Task.Yield();
                Interlocked.Increment(ref ended);
            },
            Wide,
            cancellation.Token);

        await task.Arrives();
        cancellation.Cancel();
        Assert.Equal(2, ended);
        Assert.True(task.IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForEachAsync_SourceThrowsInTheMiddle_EndsTheBodiesAndThrowsIt(bool asynchronous)
    {
        var source = new ProbeSource(10) { FailAt = 5 };
        var ended = 0;

        async ValueTask Body(int item, CancellationToken token)
        {
            try
            {
                await Signals.Never(token);
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        }

        var options = new FanOutOptions { MaxConcurrency = 100 };
        var task = asynchronous
            ? FanOut.ForEachAsync((IAsyncEnumerable<int>)source, Body, options)
            : FanOut.ForEachAsync((IEnumerable<int>)source, Body, options);

        Assert.Equal("in the source", Assert.IsType<InvalidDataException>(await task.Failure()).Message);
        Assert.Equal(5, ended);
        source.AssertUsedOnce();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MapAsync_SourceThrowsInDispose_ThrowsIt(bool asynchronous)
    {
        var source = new ProbeSource(10) { FailInDispose = true };
        var options = new FanOutOptions { MaxConcurrency = 3 };
        Func<int, CancellationToken, ValueTask<int>> body = async (item, _) =>
        {
            await Task.Yield();
            return item;
        };

        var task = asynchronous
            ? FanOut.MapAsync((IAsyncEnumerable<int>)source, body, options)
            : FanOut.MapAsync((IEnumerable<int>)source, body, options);

        Assert.Equal("in Dispose", Assert.IsType<InvalidDataException>(await task.Failure()).Message);
        source.AssertUsedOnce();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ForEachAsync_ManyWorkers_EnumeratesTheSourceOnceAndNeverConcurrently(bool asynchronous)
    {
        var source = new ProbeSource(5000);
        var seen = 0;
        var options = new FanOutOptions { MaxConcurrency = 16 };
        Func<int, CancellationToken, ValueTask> body = (item, _) =>
        {
            Interlocked.Increment(ref seen);
            return item % 4 == 0 ? new ValueTask(Task.Run(() => { })) : default;
        };

        await (asynchronous
            ? FanOut.ForEachAsync((IAsyncEnumerable<int>)source, body, options)
            : FanOut.ForEachAsync((IEnumerable<int>)source, body, options)).Arrives();

        Assert.Equal(5000, seen);
        source.AssertUsedOnce();
    }

    [Fact]
    public async Task ForEachAsync_CancellationCallbackThrows_FailsTheFanOutNotTheCanceller()
    {
        using var cancellation = new CancellationTokenSource();
        var registered = new TaskCompletionSource();

        var task = FanOut.ForEachAsync(
            [0],
            async (_, token) =>
            {
                token.Register(() => throw new InvalidDataException("callback"));
                registered.SetResult();
                await Signals.Never(token);
            },
            1,
            cancellation.Token);

        await registered.Task.Arrives();
        cancellation.Cancel();
        Assert.Equal("callback", Assert.IsType<InvalidDataException>(await task.Failure()).Message);
    }

    [Fact]
    public async Task ForEachAsync_SourceBlocks_HoldsOneThreadAndEndsWithTheRest()
    {
        using var release = new SemaphoreSlim(0);
        IEnumerable<int> Blocking()
        {
            for (var i = 0; i < 20; i++)
            {
                Assert.True(release.Wait(Signals.Bound));
                yield return i;
            }
        }

        var seen = 0;
        var task = FanOut.ForEachAsync(
            Blocking(),
            async (_, _) =>
            {
                await Task.Yield();
                Interlocked.Increment(ref seen);
                release.Release();
            },
            1000);
        release.Release();
        await task.Arrives();
        Assert.Equal(20, seen);
    }
}
