using System.Diagnostics;
using System.Globalization;

namespace Toolkit.Benchmarking;

/// <summary>
/// The quick comparison behind <c>eng/bench.sh</c>: all contenders take turns in one process, so that a machine that
/// slows down slows all of them down, and medians are compared.
/// </summary>
public static class Comparison
{
    private const int DefaultRounds = 9;

    // The just-in-time compiler waits a tenth of a second for quiet before it compiles anew what has proved hot.
    private static readonly TimeSpan ShortestWarmup = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// Runs <paramref name="ours"/> and every peer in turn and prints a line a peer:
    /// <c>figure NAME.PEER OURS PEER RATIO UNIT</c>, where RATIO above 1 means that ours is better.
    /// </summary>
    public static void Run(string name, string unit, Better better, Contender ours, IReadOnlyList<Contender> peers, int rounds = DefaultRounds, int warmups = 2)
    {
        List<Contender> contenders = [ours, .. peers];
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < warmups || Stopwatch.GetElapsedTime(start) < ShortestWarmup; i++)
        {
            foreach (var contender in contenders)
            {
                contender.Sample();
            }
        }

        var samples = contenders.ConvertAll(_ => new List<double>(rounds));
        for (var round = 0; round < rounds; round++)
        {
            for (var i = 0; i < contenders.Count; i++)
            {
                // Each round starts with another contender: no one always runs behind the same neighbour.
                var index = (i + round) % contenders.Count;
                samples[index].Add(contenders[index].Sample());
            }
        }

        var own = Median(samples[0]);
        for (var i = 0; i < peers.Count; i++)
        {
            Print($"{name}.{peers[i].Name}", own, Median(samples[i + 1]), better, unit);
        }
    }

    /// <summary>Prints a figure that was measured elsewhere (a hit ratio, a peak of memory) in the same form.</summary>
    public static void Print(string name, double ours, double peer, Better better, string unit)
    {
        var ratio = better == Better.Lower ? Divide(peer, ours) : Divide(ours, peer);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"figure {name} {Format(ours)} {Format(peer)} {(double.IsNaN(ratio) ? "-" : ratio.ToString("0.00", CultureInfo.InvariantCulture))} {unit}"));
    }

    /// <summary>The median of <paramref name="values"/>; the mean of the two middle ones of an even count.</summary>
    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToArray();
        var middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    // 0 against 0 bytes is a draw; 0 against some bytes is a win that has no ratio.
    private static double Divide(double above, double below) =>
        below == 0 ? (above == 0 ? 1 : double.PositiveInfinity) : above / below;

    private static string Format(double value) =>
        value.ToString(Math.Abs(value) >= 1000 ? "0" : "0.##", CultureInfo.InvariantCulture);
}
