using System.Diagnostics;
using Toolkit.Benchmarking;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>
/// A comparison in which the contenders take turns request by request. A round trip waits for threads and a server to be woken, which takes
/// another time in each second: what one contender meets, the next one meets too.
/// </summary>
internal static class Turns
{
    private const int FewestRounds = 9;

    // A request takes so long that a thousand of them end before the compiler has looked at their code a second time.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    // A second may find another order of threads and processors than the next one: several are needed for a figure that comes again.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(6);

    /// <summary>Prints the medians of single requests: of each round, and of those the median.</summary>
    public static async Task CompareAsync(string name, int operations, Func<int, ValueTask> ours, params (string Name, Func<int, ValueTask> Work)[] peers)
    {
        // Not on the caller's thread: it may wait.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        Func<int, ValueTask>[] contenders = [ours, .. peers.Select(peer => peer.Work)];
        var begin = Stopwatch.GetTimestamp();
        var random = new Random(operations);
        while (Stopwatch.GetElapsedTime(begin) < WarmUp)
        {
            await RoundAsync(contenders, 100, random);
        }

        var medians = contenders.Select(_ => new List<double>()).ToArray();
        begin = Stopwatch.GetTimestamp();
        for (var round = 0; round < FewestRounds || Stopwatch.GetElapsedTime(begin) < Shortest; round++)
        {
            var times = await RoundAsync(contenders, operations, random);
            for (var i = 0; i < times.Length; i++)
            {
                medians[i].Add(times[i].At(0.5));
            }
        }

        for (var i = 0; i < peers.Length; i++)
        {
            Comparison.Print($"{name}.{peers[i].Name}", Comparison.Median(medians[0]), Comparison.Median(medians[i + 1]), Better.Lower, "us");
        }
    }

    private static async Task<Percentiles[]> RoundAsync(Func<int, ValueTask>[] contenders, int operations, Random random)
    {
        var times = contenders.Select(_ => new Percentiles()).ToArray();
        var order = Enumerable.Range(0, contenders.Length).ToArray();
        for (var i = 0; i < operations; i++)
        {
            // No one always runs behind the same neighbour.
            random.Shuffle(order);
            foreach (var index in order)
            {
                var start = Stopwatch.GetTimestamp();
                await contenders[index](i);
                times[index].Add(Stopwatch.GetTimestamp() - start);
            }
        }

        return times;
    }
}
