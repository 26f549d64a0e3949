using System.Threading.RateLimiting;
using Toolkit.Async;

namespace Toolkit.AotSmoke;

internal static class AsyncChecks
{
    public static (string, Func<Task>)[] All =>
    [
        ("async: ForEachAsync over every kind of source", ForEachAsync),
        ("async: MapAsync in the order of the source", MapAsync),
        ("async: MapSettledAsync with every option", SettledAsync),
        ("async: StreamAsync and StreamSettledAsync", StreamAsync),
        ("async: RaceAsync", RaceAsync),
        ("async: TaskGroup", TaskGroupAsync),
        ("async: AsyncMutex, its time-out and its misuse", MutexAsync),
        ("async: keyed locks with keys of both kinds", KeyedAsync),
    ];

    private static async Task ForEachAsync()
    {
        var sum = 0;
        async ValueTask Add(int item, CancellationToken ct)
        {
            await Task.Yield();
            Interlocked.Add(ref sum, item);
        }

        await FanOut.ForEachAsync([1, 2, 3], Add, 2);
        await FanOut.ForEachAsync(new List<int> { 1, 2, 3 }, Add, 2);
        await FanOut.ForEachAsync(Enumerable.Range(1, 3).Where(_ => true), Add, 2);
        await FanOut.ForEachAsync(Stream(3), Add, 2);
        Check.Equal(24, sum);
    }

    private static async Task MapAsync()
    {
        var results = await FanOut.MapAsync(Stream(100), async (item, ct) => { await Task.Yield(); return $"{item}"; }, 8);
        Check.Equal(string.Join(' ', Enumerable.Range(1, 100)), string.Join(' ', results));
    }

    private static async Task SettledAsync()
    {
        using var limiter = new ConcurrencyLimiter(new ConcurrencyLimiterOptions { PermitLimit = 2, QueueLimit = 1 });
        var last = default(FanOutProgress);
        var outcomes = await FanOut.MapSettledAsync(
            [1, 2, 3, 4],
            (item, ct) => item % 2 == 0 ? Task.FromException<int>(new InvalidDataException()) : Task.FromResult(item),
            new FanOutOptions
            {
                MaxConcurrency = 3,
                ItemTimeout = TimeSpan.FromMinutes(1),
                Timeout = TimeSpan.FromMinutes(1),
                RateLimiter = limiter,
                Progress = new Reporter(progress => last = progress),
            });
        Check.Equal("True False True False", string.Join(' ', outcomes.Select(outcome => outcome.IsSuccess)));
        Check.Equal(new FanOutProgress(2, 2, 4), last);
    }

    private static async Task StreamAsync()
    {
        var ordered = new List<int>();
        await foreach (var result in FanOut.StreamAsync(Stream(50), async (item, ct) => { await Task.Yield(); return item; }, new FanOutOptions { MaxConcurrency = 4, Ordered = true }))
        {
            ordered.Add(result);
        }

        Check.Equal(true, ordered.SequenceEqual(Enumerable.Range(1, 50)));
        var failed = 0;
        await foreach (var outcome in FanOut.StreamSettledAsync(["a", "b"], (item, ct) => Task.FromException<int>(new InvalidDataException(item)), 2))
        {
            Check.Equal(outcome.Item, outcome.Exception?.Message);
            failed++;
        }

        Check.Equal(2, failed);
    }

    private static async Task RaceAsync() => Check.Equal(
        2,
        await FanOut.RaceAsync<int>([ct => Task.FromException<int>(new InvalidDataException()), ct => Task.FromResult(2)], TimeSpan.FromMinutes(1)));

    private static async Task TaskGroupAsync()
    {
        var sum = await TaskGroup.RunAsync(async group =>
        {
            var a = group.Run(_ => Task.FromResult(1));
            var b = group.Run(_ => Task.FromResult(2));
            return await a + await b;
        });
        Check.Equal(3, sum);
    }

    private static async Task MutexAsync()
    {
        var mutex = new AsyncMutex(new LockOptions { Name = "aot", DetectReentrancy = true });
        using (await mutex.AcquireAsync())
        {
            try
            {
                await mutex.AcquireAsync();
                throw new InvalidOperationException("entered twice");
            }
            catch (LockRecursionException)
            {
            }
        }

        var plain = new AsyncMutex();
        var held = await plain.AcquireAsync();
        var waiting = plain.AcquireAsync(TimeSpan.FromMinutes(1)).AsTask();
        held.Dispose();
        held.Dispose();
        (await waiting).Dispose();
        Check.Equal(false, plain.IsHeld);
    }

    private static async Task KeyedAsync()
    {
        var numbers = new KeyedAsyncLock<int>(maxPerKey: 2);
        var names = new KeyedAsyncLock<string>(comparer: StringComparer.OrdinalIgnoreCase);
        var files = new KeyedAsyncReaderWriterLock<(string, int)>();
        using (await numbers.AcquireAsync(1))
        using (await numbers.AcquireAsync(1))
        using (await names.AcquireAsync("a"))
        using (await files.AcquireReaderAsync(("a", 1)))
        using (await files.AcquireReaderAsync(("a", 1)))
        {
            Check.Equal(false, numbers.TryAcquire(1, out _));
            Check.Equal(false, names.TryAcquire("A", out _));
            Check.Equal(1, files.ActiveKeys);
        }

        Check.Equal(0, numbers.ActiveKeys + names.ActiveKeys + files.ActiveKeys);
    }

    private static async IAsyncEnumerable<int> Stream(int count)
    {
        for (var i = 1; i <= count; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private sealed class Reporter(Action<FanOutProgress> report) : IProgress<FanOutProgress>
    {
        public void Report(FanOutProgress value) => report(value);
    }
}
