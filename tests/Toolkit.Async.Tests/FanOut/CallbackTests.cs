namespace Toolkit.Async.Tests;

/// <summary>What callbacks of bodies, of the source's end and of the progress may throw, and whom it concerns.</summary>
public sealed class CallbackTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task ItemTimeout_CancellationCallbackThrows_FailsTheFanOutNotTheClock(bool callerCancels)
    {
        using var cancellation = new CancellationTokenSource();
        var time = new FakeTimeProvider();
        var registered = new TaskCompletionSource();
        var task = FanOut.ForEachAsync(
            [0],
            async (_, token) =>
            {
                token.Register(() => throw new InvalidDataException("callback"));
                registered.SetResult();
                await Signals.Never(token);
            },
            new FanOutOptions { MaxConcurrency = 1, ItemTimeout = TimeSpan.FromSeconds(1), TimeProvider = time },
            cancellation.Token);

        await registered.Task.Arrives();
        if (callerCancels)
        {
            cancellation.Cancel();
        }
        else
        {
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await task.Failure();
        Assert.Contains(task.Exception!.InnerExceptions, exception => exception is InvalidDataException { Message: "callback" });
    }

    [Fact]
    public async Task MapSettledAsync_ProgressThrows_FailsTheFanOutAndNoItem()
    {
        var progress = new Throwing();
        var failure = await FanOut.MapSettledAsync(
            [1, 2, 3], (item, _) => new ValueTask<int>(item), new FanOutOptions { MaxConcurrency = 1, Progress = progress }).Failure();
        Assert.Equal("progress", Assert.IsType<InvalidDataException>(failure).Message);
    }

    [Fact]
    public async Task StreamSettledAsync_ProgressThrows_FailsTheFanOutAndNoItem()
    {
        var failure = await FanOut.StreamSettledAsync(
            [1, 2, 3], (item, _) => new ValueTask<int>(item), new FanOutOptions { MaxConcurrency = 1, Progress = new Throwing() })
            .ToListAsync(TestContext.Current.CancellationToken).AsTask().Failure();
        Assert.Equal("progress", Assert.IsType<InvalidDataException>(failure).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MapAsync_SourceIsCancelledInDispose_IsNoFailureOfItsOwn(bool bodyFails)
    {
        using var cancellation = new CancellationTokenSource();
        var waiting = new TaskCompletionSource();
        async IAsyncEnumerable<int> Source([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token = default)
        {
            try
            {
                yield return 1;
                yield return 2;
            }
            finally
            {
                // What a source does that says goodbye to a server, with the token that it was given.
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, token);
            }
        }

        var task = FanOut.MapAsync(
            Source(),
            async (item, token) =>
            {
                waiting.TrySetResult();
                await (bodyFails ? Task.FromException(new InvalidDataException("body")) : Signals.Never(token));
                return item;
            },
            maxConcurrency: 1,
            cancellation.Token);
        await waiting.Task.Arrives();
        if (!bodyFails)
        {
            cancellation.Cancel();
        }

        await task.Failure();
        Assert.Equal(bodyFails ? TaskStatus.Faulted : TaskStatus.Canceled, task.Status);
        Assert.Equal(bodyFails ? ["body"] : [], task.Exception?.InnerExceptions.Select(exception => exception.Message) ?? []);
    }

    private sealed class Throwing : IProgress<FanOutProgress>
    {
        public void Report(FanOutProgress value) => throw new InvalidDataException("progress");
    }
}
