namespace Toolkit.Async.Tests;

public sealed class MapSettledTests
{
    [Fact]
    public async Task MapSettledAsync_SomeFail_ReturnsHowEachEndedInOrder()
    {
        foreach (var count in new[] { 0, 1, 500 })
        {
            var outcomes = await FanOut.MapSettledAsync(
                Sources.Iterate(Enumerable.Range(0, count)),
                async (item, _) =>
                {
                    if (item % 2 == 0)
                    {
                        await Task.Yield();
                    }

                    return item % 3 == 0 ? throw new InvalidDataException($"item {item}") : item;
                },
                8).Arrives();

            Assert.Equal(count, outcomes.Length);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(i % 3 != 0, outcomes[i].IsSuccess);
                Assert.Equal(i % 3 != 0, outcomes[i].TryGetValue(out var value));
                if (i % 3 == 0)
                {
                    Assert.Equal($"item {i}", Assert.IsType<InvalidDataException>(outcomes[i].Exception).Message);
                    Assert.Throws<InvalidDataException>(() => outcomes[i].Value);
                }
                else
                {
                    Assert.Equal(i, outcomes[i].Value);
                    Assert.Equal(i, value);
                }
            }
        }
    }

    [Fact]
    public async Task MapSettledAsync_BodyThrowsBeforeItsFirstAwait_IsAnOutcomeToo()
    {
        Func<int, CancellationToken, Task<int>> body = (item, _) => throw new InvalidDataException();
        var outcomes = await FanOut.MapSettledAsync([1, 2], body, 2).Arrives();
        Assert.All(outcomes, outcome => Assert.IsType<InvalidDataException>(outcome.Exception));
        Assert.StartsWith("failure: InvalidDataException", outcomes[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapSettledAsync_CallerCancels_IsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        var task = FanOut.MapSettledAsync<int, int>(
            [0, 1, 2],
            async (item, token) =>
            {
                if (item == 2)
                {
                    cancellation.Cancel();
                }

                await Signals.Never(token);
                return item;
            },
            3,
            cancellation.Token);

        Assert.IsAssignableFrom<OperationCanceledException>(await task.Failure());
        Assert.True(task.IsCanceled);
    }

    [Fact]
    public async Task MapSettledAsync_CancellationThatNobodyAskedFor_IsAFailedItem()
    {
        var outcomes = await FanOut.MapSettledAsync<int, int>(
            [0, 1],
            async (item, _) =>
            {
                await Task.Yield();
                return item == 0 ? throw new TaskCanceledException() : item;
            },
            2).Arrives();
        Assert.IsType<TaskCanceledException>(outcomes[0].Exception);
        Assert.Equal(1, outcomes[1].Value);
    }

    [Fact]
    public async Task MapSettledAsync_SourceFails_Throws()
    {
        var source = new ProbeSource(5) { FailAt = 3 };
        var task = FanOut.MapSettledAsync((IEnumerable<int>)source, (item, _) => new ValueTask<int>(item), 2);
        Assert.IsType<InvalidDataException>(await task.Failure());
        source.AssertUsedOnce();
    }
}
