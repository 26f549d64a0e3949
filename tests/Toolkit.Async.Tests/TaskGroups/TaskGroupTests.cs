namespace Toolkit.Async.Tests;

public sealed class TaskGroupTests
{
    [Fact]
    public async Task RunAsync_ChildrenNobodyAwaits_AreAwaitedByTheGroup()
    {
        var ended = 0;
        await TaskGroup.RunAsync(group =>
        {
            for (var i = 0; i < 20; i++)
            {
                group.Run(async _ =>
                {
                    await Task.Yield();
                    Interlocked.Increment(ref ended);
                });
            }

            return Task.CompletedTask;
        }).Arrives();
        Assert.Equal(20, ended);
    }

    [Fact]
    public async Task RunAsync_WithResults_ReturnsThem()
    {
        var sum = await TaskGroup.RunAsync(async group =>
        {
            var a = group.Run(async _ => { await Task.Yield(); return 1; });
            var b = group.Run(_ => Task.FromResult(2), "b");
            return await a + await b;
        }).Arrives();
        Assert.Equal(3, sum);
    }

    [Fact]
    public async Task RunAsync_ChildFails_CancelsTheSiblingsAwaitsThemAndThrowsTheFirstFailure()
    {
        var ended = 0;
        var waiting = new TaskCompletionSource();
        var task = TaskGroup.RunAsync(async group =>
        {
            var sibling = group.Run(async token =>
            {
                waiting.SetResult();
                try
                {
                    await Signals.Never(token);
                }
                finally
                {
                    await Task.Yield();
                    ended++;
                }
            });
            await waiting.Task;
            var failing = group.Run(_ => Task.FromException(new InvalidDataException("child")));
            await sibling;
        });

        Assert.Equal("child", Assert.IsType<InvalidDataException>(await task.Failure()).Message);
        Assert.Equal(1, ended);
        Assert.Single(task.Exception!.InnerExceptions);
    }

    [Fact]
    public async Task RunAsync_BodyRethrowsAChildsFailure_IsOneFailure()
    {
        var task = TaskGroup.RunAsync(async group => await group.Run(_ => Task.FromException(new InvalidDataException())));
        Assert.IsType<InvalidDataException>(await task.Failure());
        Assert.Single(task.Exception!.InnerExceptions);
    }

    [Fact]
    public async Task RunAsync_BodyFails_CancelsTheChildren()
    {
        var cancelled = false;
        var waiting = new TaskCompletionSource();
        var task = TaskGroup.RunAsync(async group =>
        {
            _ = group.Run(async token =>
            {
                waiting.SetResult();
                try
                {
                    await Signals.Never(token);
                }
                finally
                {
                    cancelled = token.IsCancellationRequested;
                }
            });
            await waiting.Task;
            throw new InvalidDataException("body");
        });
        Assert.Equal("body", Assert.IsType<InvalidDataException>(await task.Failure()).Message);
        Assert.True(cancelled);
    }

    [Fact]
    public async Task Run_AfterAFailure_StartsNothing()
    {
        var started = false;
        var task = TaskGroup.RunAsync(async group =>
        {
            await group.Run(_ => Task.FromException(new InvalidDataException())).ContinueWith(_ => { }, TaskScheduler.Default);
            var late = group.Run(_ =>
            {
                started = true;
                return Task.CompletedTask;
            });
            Assert.True(late.IsCanceled);
        });
        Assert.IsType<InvalidDataException>(await task.Failure());
        Assert.False(started);
    }

    [Fact]
    public async Task Run_AfterTheEnd_Throws()
    {
        TaskGroup? escaped = null;
        await TaskGroup.RunAsync(
            group =>
            {
                escaped = group;
                return Task.CompletedTask;
            },
            new TaskGroupOptions { Name = "page" }).Arrives();
        var thrown = Assert.Throws<InvalidOperationException>(() => { _ = escaped!.Run(_ => Task.CompletedTask); });
        Assert.Contains("'page'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_FromAChild_StartsAGrandchildThatTheGroupAwaits()
    {
        var order = new List<string>();
        await TaskGroup.RunAsync(group =>
        {
            group.Run(async _ =>
            {
                // A child that awaits another child of its own group.
                await group.Run(async _ =>
                {
                    await Task.Yield();
                    order.Add("grandchild");
                });
                order.Add("child");
            });
            return Task.CompletedTask;
        }).Arrives();
        Assert.Equal(["grandchild", "child"], order);
    }

    [Fact]
    public async Task RunAsync_ChildAwaitsItsOwnGroup_EndsByTheTimeoutThatNamesIt()
    {
        var time = new FakeTimeProvider();
        Task? own = null;
        var known = new TaskCompletionSource();
        var waiting = new TaskCompletionSource();
        own = TaskGroup.RunAsync(
            group =>
            {
                group.Run(
                    async token =>
                    {
                        await known.Task;
                        waiting.SetResult();
                        await own!.WaitAsync(token);
                    },
                    "snake");
                return Task.CompletedTask;
            },
            new TaskGroupOptions { Name = "g", Timeout = TimeSpan.FromSeconds(1), TimeProvider = time });
        known.SetResult();
        await waiting.Task.Arrives();
        time.Advance(TimeSpan.FromSeconds(1));
        var failure = Assert.IsType<TimeoutException>(await own.Failure());
        Assert.Contains("'snake'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancel_BodyGoesOn_TheGroupSucceeds()
    {
        var result = await TaskGroup.RunAsync(async group =>
        {
            var endless = group.Run(token => Signals.Never(token));
            group.Cancel();
            await endless.ContinueWith(_ => { }, TaskScheduler.Default);
            Assert.True(endless.IsCanceled);
            return 5;
        }).Arrives();
        Assert.Equal(5, result);
    }

    [Fact]
    public async Task RunAsync_CallerCancels_IsCancelledWithTheCallersToken()
    {
        using var cancellation = new CancellationTokenSource();
        var task = TaskGroup.RunAsync(
            group =>
            {
                group.Run(token => Signals.Never(token));
                cancellation.Cancel();
                return Task.CompletedTask;
            },
            cancellationToken: cancellation.Token);
        var thrown = Assert.IsAssignableFrom<OperationCanceledException>(await task.Failure());
        Assert.True(task.IsCanceled);
        Assert.Equal(cancellation.Token, thrown.CancellationToken);

        var called = false;
        Assert.True(TaskGroup.RunAsync(_ => { called = true; return Task.CompletedTask; }, cancellationToken: cancellation.Token).IsCanceled);
        Assert.False(called);
    }

    [Fact]
    public async Task RunAsync_FailureAfterTheCallersCancellation_BeatsIt()
    {
        using var cancellation = new CancellationTokenSource();
        var task = TaskGroup.RunAsync(
            group =>
            {
                cancellation.Cancel();
                throw new InvalidDataException();
            },
            cancellationToken: cancellation.Token);
        Assert.IsType<InvalidDataException>(await task.Failure());
    }

    [Fact]
    public async Task Cancel_ACallbackThrows_FailsTheGroupNotTheCanceller()
    {
        var task = TaskGroup.RunAsync(group =>
        {
            group.Token.Register(() => throw new InvalidDataException("callback"));
            group.Cancel();
            return Task.CompletedTask;
        });
        Assert.Equal("callback", Assert.IsType<InvalidDataException>(await task.Failure()).Message);
    }

    [Fact]
    public async Task RunAsync_CancellationThatNobodyAskedFor_IsAFailure()
    {
        var task = TaskGroup.RunAsync(async group => await group.Run(_ => Task.FromException(new TaskCanceledException())));
        Assert.IsType<TaskCanceledException>(await task.Failure());
        Assert.True(task.IsFaulted);
    }
}
