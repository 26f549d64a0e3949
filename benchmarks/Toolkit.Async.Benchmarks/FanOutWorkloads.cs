using System.Threading.Channels;
using System.Threading.Tasks.Dataflow;

namespace Toolkit.Async.Benchmarks;

/// <summary>The same fan-out in each library's own words. The results of the bodies are not kept, where that is a choice.</summary>
public static class FanOutWorkloads
{
    public const int Items = 20_000;
    public const int Concurrency = 16;

    private static readonly int[] Source = Enumerable.Range(0, Items).ToArray();

    public static ValueTask Synchronous(int item, CancellationToken token) => default;

    public static async ValueTask Yielding(int item, CancellationToken token) => await Task.Yield();

    public static ValueTask<int> SynchronousResult(int item, CancellationToken token) => new(item);

    public static Task Ours(Func<int, CancellationToken, ValueTask> body) => FanOut.ForEachAsync(Source, body, Concurrency);

    public static Task OursOverAnIterator(Func<int, CancellationToken, ValueTask> body) =>
        FanOut.ForEachAsync(Iterate(), body, Concurrency);

    public static Task OursOverAStream(Func<int, CancellationToken, ValueTask> body) =>
        FanOut.ForEachAsync(Stream(), body, Concurrency);

    public static Task OursWithResults() => FanOut.MapAsync(Source, SynchronousResult, Concurrency);

    public static Task ParallelForEachAsync(Func<int, CancellationToken, ValueTask> body) =>
        Parallel.ForEachAsync(Source, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, body);

    public static Task ParallelForEachAsyncOverAStream(Func<int, CancellationToken, ValueTask> body) =>
        Parallel.ForEachAsync(Stream(), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, body);

    public static Task ParallelForEachAsyncOverAnIterator(Func<int, CancellationToken, ValueTask> body) =>
        Parallel.ForEachAsync(Iterate(), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, body);

    /// <summary>No fan-out at all: loops that share nothing. What remains is the price of the bodies and of the thread pool.</summary>
    public static Task BareLoops(Func<int, CancellationToken, ValueTask> body) =>
        Task.WhenAll(Enumerable.Range(0, Concurrency).Select(loop => Task.Run(async () =>
        {
            for (var i = loop; i < Items; i += Concurrency)
            {
                await body(Source[i], default).ConfigureAwait(false);
            }
        })));

    public static async Task SemaphoreSlimAndWhenAll(Func<int, CancellationToken, ValueTask> body)
    {
        using var semaphore = new SemaphoreSlim(Concurrency);
        var tasks = new Task[Items];
        for (var i = 0; i < Items; i++)
        {
            await semaphore.WaitAsync();
            tasks[i] = RunAsync(Source[i]);
        }

        await Task.WhenAll(tasks);

        async Task RunAsync(int item)
        {
            try
            {
                await body(item, default);
            }
            finally
            {
                semaphore.Release();
            }
        }
    }

    public static async Task ActionBlock(Func<int, CancellationToken, ValueTask> body)
    {
        var block = new ActionBlock<int>(
            item => body(item, default).AsTask(),
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = Concurrency });
        foreach (var item in Source)
        {
            block.Post(item);
        }

        block.Complete();
        await block.Completion;
    }

    public static async Task TransformBlock(Func<int, CancellationToken, ValueTask> body)
    {
        var block = new TransformBlock<int, int>(
            async item =>
            {
                await body(item, default);
                return item;
            },
            new ExecutionDataflowBlockOptions { MaxDegreeOfParallelism = Concurrency });
        foreach (var item in Source)
        {
            block.Post(item);
        }

        block.Complete();
        await foreach (var result in block.ReceiveAllAsync())
        {
            _ = result;
        }
    }

    public static async Task BoundedChannel(Func<int, CancellationToken, ValueTask> body)
    {
        var channel = Channel.CreateBounded<int>(Concurrency);
        var workers = new Task[Concurrency];
        for (var i = 0; i < Concurrency; i++)
        {
            workers[i] = Task.Run(async () =>
            {
                await foreach (var item in channel.Reader.ReadAllAsync())
                {
                    await body(item, default);
                }
            });
        }

        foreach (var item in Source)
        {
            await channel.Writer.WriteAsync(item);
        }

        channel.Writer.Complete();
        await Task.WhenAll(workers);
    }

    private static IEnumerable<int> Iterate()
    {
        for (var i = 0; i < Items; i++)
        {
            yield return i;
        }
    }

    private static async IAsyncEnumerable<int> Stream()
    {
        for (var i = 0; i < Items; i++)
        {
            if (i % 64 == 0)
            {
                await Task.Yield();
            }

            yield return i;
        }
    }
}
