namespace Toolkit.Async.Tests;

/// <summary>
/// The exception rules side by side with those of the framework's own fan-outs: the README's table, .NET columns. A framework
/// that changes one of them makes a test fail, and the table wrong.
/// </summary>
public sealed class PeerRulesTests
{
    private const int Wide = 8;

    public enum Peer
    {
        FanOut,
        ParallelForEachAsync,
        WhenAll,
    }

    [Theory]
    [InlineData(Peer.FanOut, true)]
    [InlineData(Peer.ParallelForEachAsync, true)]
    [InlineData(Peer.WhenAll, false)]
    public async Task OneFails_Siblings_AreAwaitedAndMaybeCancelled(Peer peer, bool cancels)
    {
        var waiting = new CountdownEvent(Wide - 1);
        var release = new TaskCompletionSource();
        var ended = 0;
        var cancelled = 0;
        var task = Run(peer, async (item, token) =>
        {
            if (item == 0)
            {
                await Task.Run(() => waiting.Wait(Signals.Bound));
                throw new InvalidDataException();
            }

            waiting.Signal();
            try
            {
                await release.Task.WaitAsync(token);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
                throw;
            }
            finally
            {
                Interlocked.Increment(ref ended);
            }
        });

        if (!cancels)
        {
            await Task.Run(() => waiting.Wait(Signals.Bound));
            release.SetResult();
        }

        Assert.IsType<InvalidDataException>(await task.Failure());
        Assert.Equal(Wide - 1, ended);
        Assert.Equal(cancels ? Wide - 1 : 0, cancelled);
    }

    [Theory]
    [InlineData(Peer.FanOut, 1)]
    [InlineData(Peer.ParallelForEachAsync, Wide)]
    [InlineData(Peer.WhenAll, 1)]
    public async Task OneFailsAndCancelsTheRest_Exceptions_AreCounted(Peer peer, int expected)
    {
        var waiting = new CountdownEvent(Wide - 1);
        var task = Run(peer, async (item, token) =>
        {
            if (item == 0)
            {
                await Task.Run(() => waiting.Wait(Signals.Bound));
                throw new InvalidDataException();
            }

            waiting.Signal();
            if (peer != Peer.WhenAll)
            {
                await Signals.Never(token);
            }
        });

        await task.Failure();
        Assert.Equal(expected, task.Exception!.InnerExceptions.Count);
    }

    [Theory]
    [InlineData(Peer.FanOut, TaskStatus.Faulted)]
    [InlineData(Peer.ParallelForEachAsync, TaskStatus.Canceled)]
    [InlineData(Peer.WhenAll, TaskStatus.Faulted)]
    public async Task FailureAfterTheCallersCancellation_IsKeptOrLost(Peer peer, TaskStatus expected)
    {
        using var caller = new CancellationTokenSource();
        var task = Run(
            peer,
            async (item, token) =>
            {
                await Task.Yield();
                if (item == 0)
                {
                    caller.Cancel();
                    throw new InvalidDataException();
                }
            },
            caller.Token);
        await task.Failure();
        Assert.Equal(expected, task.Status);
    }

    [Theory]
    [InlineData(Peer.FanOut, TaskStatus.Faulted)]
    [InlineData(Peer.ParallelForEachAsync, TaskStatus.Faulted)]
    [InlineData(Peer.WhenAll, TaskStatus.Canceled)]
    public async Task CancellationThatNobodyAskedFor_IsAFailureOrNot(Peer peer, TaskStatus expected)
    {
        var task = Run(peer, async (item, _) =>
        {
            await Task.Yield();
            if (item == 0)
            {
                throw new OperationCanceledException("a time-out inside");
            }
        });
        await task.Failure();
        Assert.Equal(expected, task.Status);
        Assert.Equal(expected == TaskStatus.Canceled, task.Exception is null);
    }

    [Theory]
    [InlineData(Peer.FanOut)]
    [InlineData(Peer.WhenAll)]
    public async Task FirstItemIsLast_Results_AreInOrder(Peer peer)
    {
        var others = new CountdownEvent(Wide - 1);
        async Task<int> Body(int item, CancellationToken token)
        {
            await Task.Yield();
            if (item == 0)
            {
                await Task.Run(() => others.Wait(Signals.Bound), token);
            }
            else
            {
                others.Signal();
            }

            return item * item;
        }

        var items = Enumerable.Range(0, Wide).ToArray();
        var task = peer == Peer.FanOut ? FanOut.MapAsync(items, Body, Wide) : Task.WhenAll(items.Select(item => Body(item, default)));
        Assert.Equal(items.Select(item => item * item), await task.Arrives());
    }

    [Fact]
    public void ParallelForEachAsync_Results_ThereAreNone() => Assert.All(
        typeof(Parallel).GetMethods().Where(method => method.Name == nameof(Parallel.ForEachAsync)),
        method => Assert.Equal(typeof(Task), method.ReturnType));

    [Theory]
    [InlineData(Peer.FanOut, 3)]
    [InlineData(Peer.ParallelForEachAsync, 3)]
    [InlineData(Peer.WhenAll, Wide)]
    public async Task BoundOfThree_Bodies_AreAtMostThatManyOrAllAtOnce(Peer peer, int expected)
    {
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var inside = 0;
        var most = 0;
        await Run(
            peer,
            async (_, _) =>
            {
                var now = Interlocked.Increment(ref inside);
                InterlockedMax(ref most, now);
                if (now == expected)
                {
                    enough.TrySetResult();
                }

                await enough.Task;
                await Task.Yield();
                Interlocked.Decrement(ref inside);
            },
            bound: 3,
            CancellationToken.None).Arrives();
        Assert.Equal(expected, most);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = Volatile.Read(ref most); value > known; known = Volatile.Read(ref most))
        {
            Interlocked.CompareExchange(ref most, value, known);
        }
    }

    private static Task Run(Peer peer, Func<int, CancellationToken, ValueTask> body, CancellationToken cancellationToken = default) =>
        Run(peer, body, Wide, cancellationToken);

    private static Task Run(Peer peer, Func<int, CancellationToken, ValueTask> body, int bound, CancellationToken cancellationToken) => peer switch
    {
        Peer.FanOut => FanOut.ForEachAsync(Enumerable.Range(0, Wide).ToArray(), body, bound, cancellationToken),
        Peer.ParallelForEachAsync => Parallel.ForEachAsync(
            Enumerable.Range(0, Wide), new ParallelOptions { MaxDegreeOfParallelism = bound, CancellationToken = cancellationToken }, body),
        _ => Task.WhenAll(Enumerable.Range(0, Wide).Select(item => body(item, cancellationToken).AsTask())),
    };
}
