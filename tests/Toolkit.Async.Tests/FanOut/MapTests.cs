namespace Toolkit.Async.Tests;

public sealed class MapTests
{
    public static TheoryData<SourceKind> Kinds => Sources.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task MapAsync_ResultsOutOfOrder_ComeInTheOrderOfTheSource(SourceKind kind)
    {
        foreach (var count in new[] { 0, 1, 31, 32, 33, 95, 96, 97, 5000 })
        {
            var results = await Sources.Map(
                kind,
                Enumerable.Range(0, count),
                async (item, _) =>
                {
                    if (item % 3 != 0)
                    {
                        await Task.Yield();
                    }

                    return item * 2L;
                },
                new FanOutOptions { MaxConcurrency = 8 }).Arrives();

            Assert.Equal(Enumerable.Range(0, count).Select(item => item * 2L), results);
        }
    }

    [Fact]
    public async Task MapAsync_FirstItemLast_WaitsForIt()
    {
        var first = new TaskCompletionSource<int>();
        var task = FanOut.MapAsync(
            [0, 1, 2],
            async (item, _) =>
            {
                if (item == 2)
                {
                    first.SetResult(100);
                }

                return item == 0 ? await first.Task : item;
            },
            3);

        var results = await task.Arrives();
        Assert.Equal([100, 1, 2], results);
    }

    [Fact]
    public async Task MapAsync_CollectionWhoseCountIsWrong_ReturnsWhatWasEnumerated()
    {
        foreach (var announced in new[] { 0, 3, 10, 200 })
        {
            var results = await FanOut.MapAsync(new Liar(announced, 100), (item, _) => new ValueTask<int>(item), 4).Arrives();
            Assert.Equal(Enumerable.Range(0, 100), results);
        }
    }

    [Fact]
    public async Task MapAsync_EveryShapeOfBodyAndSource_Compiles()
    {
        int[] array = [1, 2, 3];
        IAsyncEnumerable<int> stream = Sources.Stream(array);

        Same(await FanOut.MapAsync(array, async (x, ct) => { await Task.Yield(); return x * 2; }, 2));
        Same(await FanOut.MapAsync(array, (x, ct) => ValueTask.FromResult(x * 2), 2));
        Same(await FanOut.MapAsync(array, (x, ct) => Task.FromResult(x * 2), 2));
        Same(await FanOut.MapAsync(array, DoubleTask, 2));
        Same(await FanOut.MapAsync(array, DoubleValueTask, 2));
        Same(await FanOut.MapAsync(stream, async (x, ct) => { await Task.Yield(); return x * 2; }, 2));
        Same(await FanOut.MapAsync(stream, (x, ct) => Task.FromResult(x * 2), new FanOutOptions { MaxConcurrency = 2 }));
        Same(await FanOut.MapAsync(new Both(array), async (x, ct) => { await Task.Yield(); return x * 2; }, 2));
        Same(await FanOut.MapAsync(new Both(array), (x, ct) => Task.FromResult(x * 2), 2));

        await FanOut.ForEachAsync(array, async (x, ct) => await Task.Yield(), 2);
        await FanOut.ForEachAsync(array, async (x, ct) => { await Task.Yield(); }, 2, CancellationToken.None);
        await FanOut.ForEachAsync(array, (x, ct) => Task.CompletedTask, 2);
        await FanOut.ForEachAsync(array, (x, ct) => ValueTask.CompletedTask, 2);
        await FanOut.ForEachAsync(stream, async (x, ct) => await Task.Yield(), new FanOutOptions { MaxConcurrency = 2 });
        await FanOut.ForEachAsync(new Both(array), async (x, ct) => await Task.Yield(), 2);
        await Assert.ThrowsAsync<NotSupportedException>(() => FanOut.ForEachAsync(array, (x, ct) => throw new NotSupportedException(), 2));
    }

    private static void Same(int[] results) => Assert.Equal([2, 4, 6], results);

    private static Task<int> DoubleTask(int x, CancellationToken ct) => Task.FromResult(x * 2);

    private static ValueTask<int> DoubleValueTask(int x, CancellationToken ct) => new(x * 2);

    private sealed class Liar(int announced, int real) : IReadOnlyCollection<int>, ICollection<int>
    {
        public int Count => announced;

        public bool IsReadOnly => true;

        public IEnumerator<int> GetEnumerator() => Enumerable.Range(0, real).GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public void Add(int item) => throw new NotSupportedException();

        public void Clear() => throw new NotSupportedException();

        public bool Contains(int item) => throw new NotSupportedException();

        public void CopyTo(int[] array, int arrayIndex) => throw new NotSupportedException();

        public bool Remove(int item) => throw new NotSupportedException();
    }

    /// <summary>Both kinds of source at once, as EF Core's DbSet is; only the asynchronous one may be used.</summary>
    private sealed class Both(int[] items) : IEnumerable<int>, IAsyncEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator() => throw new InvalidOperationException("enumerated synchronously");

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();

        public IAsyncEnumerator<int> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
            Sources.Stream(items).GetAsyncEnumerator(cancellationToken);
    }
}
