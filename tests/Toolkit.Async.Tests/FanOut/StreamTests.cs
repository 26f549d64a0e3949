namespace Toolkit.Async.Tests;

public sealed class StreamTests
{
    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task StreamAsync_ManyItems_GivesOutEachResultOnce(bool ordered, bool asynchronous)
    {
        foreach (var count in new[] { 0, 1, 7, 3000 })
        {
            var source = new ProbeSource(count);
            var options = new FanOutOptions { MaxConcurrency = 5, BufferCapacity = 9, Ordered = ordered };
            Func<int, CancellationToken, ValueTask<int>> body = async (item, _) =>
            {
                if (item % 3 == 0)
                {
                    await Task.Yield();
                }

                return item;
            };
            var stream = asynchronous
                ? FanOut.StreamAsync((IAsyncEnumerable<int>)source, body, options)
                : FanOut.StreamAsync((IEnumerable<int>)source, body, options);

            var results = await stream.ToListAsync(TestContext.Current.CancellationToken).AsTask().Arrives();

            Assert.Equal(Enumerable.Range(0, count), ordered ? results : results.Order());
            source.AssertUsedOnce();
        }
    }

    [Fact]
    public async Task StreamAsync_FirstItemIsSlow_GivesOutTheOthersFirst()
    {
        var first = new TaskCompletionSource<int>();
        var results = new List<int>();
        await foreach (var result in FanOut.StreamAsync([0, 1, 2, 3], (item, _) => item == 0 ? new ValueTask<int>(first.Task) : new ValueTask<int>(item), 2))
        {
            results.Add(result);
            if (results.Count == 3)
            {
                first.SetResult(0);
            }
        }

        Assert.Equal(0, results[^1]);
        Assert.Equal([1, 2, 3], results.Take(3).Order());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StreamAsync_SlowConsumer_HoldsBackTheSourceButNoBodyThatRuns(bool ordered)
    {
        var started = 0;
        var ended = 0;
        var full = new SemaphoreSlim(0);
        var options = new FanOutOptions { MaxConcurrency = 3, BufferCapacity = 5, Ordered = ordered };
        await using var results = FanOut.StreamAsync(
            Sources.Iterate(Enumerable.Range(0, 100)),
            async (item, _) =>
            {
                Interlocked.Increment(ref started);
                await Task.Yield();
                if (Interlocked.Increment(ref ended) >= 5)
                {
                    full.Release();
                }

                return item;
            },
            options).GetAsyncEnumerator(TestContext.Current.CancellationToken);

        Assert.True(await results.MoveNextAsync().AsTask().Arrives());

        // One was taken, so five more may be there: all of them end although nobody takes them.
        Assert.True(await full.WaitAsync(Signals.Bound, TestContext.Current.CancellationToken));
        Assert.True(await full.WaitAsync(Signals.Bound, TestContext.Current.CancellationToken));
        for (var taken = 1; taken < 100; taken++)
        {
            Assert.InRange(Volatile.Read(ref started), 0, taken + 5);
            Assert.True(await results.MoveNextAsync().AsTask().Arrives());
        }

        Assert.False(await results.MoveNextAsync().AsTask().Arrives());
        Assert.Equal(100, started);
    }

    [Fact]
    public async Task StreamAsync_Ordered_GivesOutNothingPastTheFailedItem()
    {
        var results = new List<int>();
        var stream = FanOut.StreamAsync(
            Enumerable.Range(0, 100),
            async (item, _) =>
            {
                await Task.Yield();
                return item == 20 ? throw new InvalidDataException() : item;
            },
            new FanOutOptions { MaxConcurrency = 4, Ordered = true });

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var result in stream)
            {
                results.Add(result);
            }
        });

        Assert.Equal(Enumerable.Range(0, results.Count), results);
        Assert.InRange(results.Count, 0, 20);
    }

    [Fact]
    public async Task StreamAsync_ConsumerBreaks_CancelsAndAwaitsTheBodiesAndDisposesTheSource()
    {
        var source = new ProbeSource(1000);
        var running = 0;
        var cancelled = 0;
        await foreach (var result in FanOut.StreamAsync<int, int>(
            (IAsyncEnumerable<int>)source,
            async (item, token) =>
            {
                Interlocked.Increment(ref running);
                try
                {
                    if (item > 0)
                    {
                        await Signals.Never(token);
                    }

                    return item;
                }
                finally
                {
                    if (token.IsCancellationRequested)
                    {
                        Interlocked.Increment(ref cancelled);
                    }

                    Interlocked.Decrement(ref running);
                }
            },
            4))
        {
            Assert.Equal(0, result);
            break;
        }

        Assert.Equal(0, running);
        source.AssertUsedOnce();
        Assert.InRange(cancelled, 0, 4);
    }

    [Fact]
    public async Task StreamAsync_BreakFailureOrRace_LeavesNoExceptionUnobserved()
    {
        var count = await Unobserved.CountAsync(async mark =>
        {
            var sibling = new TaskCompletionSource();
            async ValueTask<int> Body(int item, CancellationToken token)
            {
                if (item == 0)
                {
                    await sibling.Task;
                    return item;
                }

                sibling.TrySetResult();
                try
                {
                    await Signals.Never(token);
                }
                catch (OperationCanceledException)
                {
                }

                throw new InvalidDataException(mark);
            }

            await foreach (var result in FanOut.StreamAsync([0, 1, 2, 3], Body, 4))
            {
                break;
            }

            Assert.IsType<InvalidDataException>(await FanOut.ForEachAsync(
                [0, 1, 2, 3], (_, _) => Task.FromException(new InvalidDataException(mark)), 4).Failure());
            Assert.IsType<InvalidDataException>(await FanOut.MapSettledAsync(
                new ProbeSource(4) { FailAt = 2 }.AsEnumerable(), (_, _) => Task.FromException<int>(new InvalidDataException(mark)), 4).Failure());
            await TaskGroup.RunAsync(group =>
            {
                group.Run(_ => Task.FromException(new InvalidDataException(mark)));
                group.Run(_ => Task.FromException(new InvalidDataException(mark)));
                return Task.CompletedTask;
            }).Failure();
            Assert.Equal(7, await FanOut.RaceAsync<int>(
            [
                async token =>
                {
                    await Signals.Never(token).ContinueWith(_ => { }, TaskScheduler.Default);
                    throw new InvalidDataException(mark);
                },
                _ => new ValueTask<int>(7),
                _ => ValueTask.FromException<int>(new InvalidDataException(mark)),
            ]).Arrives());
        });

        Assert.Equal(0, count);
    }

    [Fact]
    public async Task StreamAsync_FailureWhileUnordered_GivesOutWhatWasReadyAndThrowsTheFailure()
    {
        var fail = new TaskCompletionSource();
        var results = new List<int>();
        var stream = FanOut.StreamAsync(
            [0, 1, 2],
            async (item, _) =>
            {
                if (item == 2)
                {
                    await fail.Task;
                    throw new InvalidDataException();
                }

                return item;
            },
            3);

        await Assert.ThrowsAsync<InvalidDataException>(async () =>
        {
            await foreach (var result in stream)
            {
                results.Add(result);
                if (results.Count == 2)
                {
                    fail.SetResult();
                }
            }
        });

        Assert.Equal([0, 1], results.Order());
    }

    [Fact]
    public async Task StreamAsync_CallerCancelsWhileWaitingForRoom_Throws()
    {
        using var cancellation = new CancellationTokenSource();
        var ended = new SemaphoreSlim(0);
        await using var results = FanOut.StreamAsync(
            Sources.Iterate(Enumerable.Range(0, 100)),
            (item, _) =>
            {
                ended.Release();
                return new ValueTask<int>(item);
            },
            new FanOutOptions { MaxConcurrency = 1, BufferCapacity = 1 },
            cancellation.Token).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await results.MoveNextAsync().AsTask().Arrives());
        await ended.WaitAsync(Signals.Bound, TestContext.Current.CancellationToken);
        cancellation.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            while (await results.MoveNextAsync().AsTask().Arrives())
            {
            }
        });
    }

    [Fact]
    public async Task StreamAsync_AlreadyCancelledOrWrong_StartsNothing()
    {
        var source = new ProbeSource(1);
        var stream = FanOut.StreamAsync((IEnumerable<int>)source, (item, _) => new ValueTask<int>(item), 1, new CancellationToken(true));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await stream.ToListAsync());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await FanOut.StreamAsync((IEnumerable<int>)source, (item, _) => new ValueTask<int>(item), 1).ToListAsync(new CancellationToken(true)));
        Assert.Throws<ArgumentException>("options", () => FanOut.StreamAsync([1], (item, _) => new ValueTask<int>(item), new FanOutOptions { MaxConcurrency = 2, BufferCapacity = 1 }));
        Assert.Throws<ArgumentNullException>("source", () => FanOut.StreamAsync((int[])null!, (item, _) => new ValueTask<int>(item), 1));
        Assert.Throws<Xunit.Sdk.EqualException>(source.AssertUsedOnce);
    }

    [Fact]
    public async Task StreamSettledAsync_SomeFail_GivesOutEachItemWithItsOutcome()
    {
        foreach (var ordered in new[] { false, true })
        {
            var outcomes = await FanOut.StreamSettledAsync(
                Sources.Iterate(Enumerable.Range(100, 50)),
                async (item, _) =>
                {
                    await Task.Yield();
                    return item % 2 == 0 ? throw new InvalidDataException($"{item}") : item;
                },
                new FanOutOptions { MaxConcurrency = 4, Ordered = ordered }).ToListAsync(TestContext.Current.CancellationToken).AsTask().Arrives();

            if (ordered)
            {
                Assert.Equal(Enumerable.Range(0, 50).Select(i => (long)i), outcomes.Select(outcome => outcome.Index));
            }

            Assert.Equal(Enumerable.Range(100, 50), outcomes.OrderBy(outcome => outcome.Index).Select(outcome => outcome.Item));
            Assert.All(outcomes, outcome =>
            {
                Assert.Equal(100 + outcome.Index, outcome.Item);
                Assert.Equal(outcome.Item % 2 != 0, outcome.IsSuccess);
                Assert.Equal(outcome.IsSuccess ? null : $"{outcome.Item}", outcome.Exception?.Message);
            });
        }
    }

    [Fact]
    public async Task StreamAsync_EnumeratedTwice_IsTwoFanOuts()
    {
        var bodies = 0;
        var stream = FanOut.StreamAsync([1, 2, 3], (item, _) => new ValueTask<int>(Interlocked.Increment(ref bodies)), 2);
        await stream.ToListAsync(TestContext.Current.CancellationToken);
        await stream.ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(6, bodies);
    }
}
