using Toolkit.Benchmarking;

namespace Toolkit.Async.Benchmarks;

internal static class FanOutComparison
{
    public static void Run()
    {
        Bodies("fanout.sync", FanOutWorkloads.Synchronous, rounds: 31);
        Bodies("fanout.yield", FanOutWorkloads.Yielding, rounds: 31);
        Sources("fanout.iterator.sync", FanOutWorkloads.Synchronous, FanOutWorkloads.OursOverAnIterator, FanOutWorkloads.ParallelForEachAsyncOverAnIterator);
        Sources("fanout.iterator.yield", FanOutWorkloads.Yielding, FanOutWorkloads.OursOverAnIterator, FanOutWorkloads.ParallelForEachAsyncOverAnIterator);
        Sources("fanout.stream.sync", FanOutWorkloads.Synchronous, FanOutWorkloads.OursOverAStream, FanOutWorkloads.ParallelForEachAsyncOverAStream);
        Sources("fanout.stream.yield", FanOutWorkloads.Yielding, FanOutWorkloads.OursOverAStream, FanOutWorkloads.ParallelForEachAsyncOverAStream);
    }

    private static void Bodies(string name, Func<int, CancellationToken, ValueTask> body, int rounds)
    {
        (string Name, Func<Func<int, CancellationToken, ValueTask>, Task> Run)[] peers =
        [
            ("Parallel.ForEachAsync", FanOutWorkloads.ParallelForEachAsync),
            ("SemaphoreSlim+WhenAll", FanOutWorkloads.SemaphoreSlimAndWhenAll),
            ("TransformBlock", FanOutWorkloads.TransformBlock),
            ("ActionBlock", FanOutWorkloads.ActionBlock),
            ("bounded-channel", FanOutWorkloads.BoundedChannel),
            ("bare-loops", FanOutWorkloads.BareLoops),
        ];
        foreach (var (unit, measure) in Units)
        {
            Comparison.Run(
                name,
                unit,
                Better.Lower,
                new Contender("FanOut", measure(FanOutWorkloads.Items, () => FanOutWorkloads.Ours(body))),
                [.. peers.Select(peer => new Contender(peer.Name, measure(FanOutWorkloads.Items, () => peer.Run(body))))],
                rounds,
                warmups: 20);
        }
    }

    private static void Sources(
        string name,
        Func<int, CancellationToken, ValueTask> body,
        Func<Func<int, CancellationToken, ValueTask>, Task> ours,
        Func<Func<int, CancellationToken, ValueTask>, Task> peer)
    {
        foreach (var (unit, measure) in Units)
        {
            Comparison.Run(
                name,
                unit,
                Better.Lower,
                new Contender("FanOut", measure(FanOutWorkloads.Items, () => ours(body))),
                [new Contender("Parallel.ForEachAsync", measure(FanOutWorkloads.Items, () => peer(body)))],
                rounds: 31,
                warmups: 80);
        }
    }

    private static readonly (string Unit, Func<int, Func<Task>, Func<double>> Measure)[] Units =
    [
        ("ns/item", Measure.Nanoseconds),
        ("bytes/item", Measure.Bytes),
    ];
}
