namespace Toolkit.Async.Tests;

/// <summary>
/// Many short fan-outs: workers meet at the ends of each other's items, and at the source, far more often than in a long one.
/// </summary>
public sealed class OnceEachTests
{
    private const int Items = 75;
    private static readonly int Runs = Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 100_000 : 1500;

    [Theory]
    [InlineData(SourceKind.Array, 0)]
    [InlineData(SourceKind.Array, 3)]
    [InlineData(SourceKind.Iterator, 0)]
    [InlineData(SourceKind.Iterator, 3)]
    [InlineData(SourceKind.Stream, 0)]
    [InlineData(SourceKind.Stream, 3)]
    [InlineData(SourceKind.Stream, 1)]
    public async Task ForEachAsync_ManyShortRuns_RunsEachItemOnce(SourceKind kind, int yieldsEvery)
    {
        var seen = new int[Items];
        async ValueTask Body(int item, CancellationToken token)
        {
            if (yieldsEvery > 0 && item % yieldsEvery == 0)
            {
                await Task.Yield();
            }
            else if (item % 8 == 0)
            {
                Thread.SpinWait(50);
            }

            Interlocked.Increment(ref seen[item]);
        }

        var items = Enumerable.Range(0, Items).ToArray();
        for (var run = 1; run <= Runs; run++)
        {
            await Sources.ForEach(kind, items, Body, new FanOutOptions { MaxConcurrency = 6 }).Arrives();
            Assert.All(seen, count => Assert.Equal(run, count));
        }
    }

    [Fact]
    public async Task ForEachAsync_LastBodiesWaitForEachOther_NoneIsLeftBehindOneThatWaits()
    {
        // The first ones end at once, so that the last ones are taken several at a time, by workers that then wait.
        const int Together = 6;
        var items = Enumerable.Range(0, Items).ToArray();
        for (var run = 0; run < Runs; run++)
        {
            var met = 0;
            var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await FanOut.ForEachAsync(
                items,
                (item, _) =>
                {
                    if (item < Items - Together)
                    {
                        return ValueTask.CompletedTask;
                    }

                    if (Interlocked.Increment(ref met) == Together)
                    {
                        all.SetResult();
                    }

                    return new ValueTask(all.Task);
                },
                maxConcurrency: Together).Arrives();
        }
    }

    [Fact]
    public async Task MapAsync_SourceThatAnswersInBursts_GetsEachItemInOrder()
    {
        for (var run = 0; run < Runs; run++)
        {
            var results = await FanOut.MapAsync(
                Sources.Stream(Enumerable.Range(0, Items)),
                async (item, _) =>
                {
                    await Task.Yield();
                    return item;
                },
                maxConcurrency: 6).Arrives();
            Assert.Equal(Enumerable.Range(0, Items), results);
        }
    }
}
