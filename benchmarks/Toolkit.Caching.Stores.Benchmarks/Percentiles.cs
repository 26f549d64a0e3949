using System.Diagnostics;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>Times of single operations, in microseconds.</summary>
internal sealed class Percentiles(int capacity = 0)
{
    private readonly List<long> _ticks = new(capacity);

    public double Max => _ticks.Count == 0 ? 0 : Microseconds(_ticks.Max());

    public int Count => _ticks.Count;

    public void Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        Add(Stopwatch.GetTimestamp() - start);
    }

    public void Add(long ticks) => _ticks.Add(ticks);

    public double At(double share)
    {
        _ticks.Sort();
        return _ticks.Count == 0 ? 0 : Microseconds(_ticks[(int)Math.Min(_ticks.Count - 1, share * _ticks.Count)]);
    }

    /// <summary>A sample for a comparison: what <paramref name="share"/> of the single operations take at most.</summary>
    public static Func<double> Of(double share, int operations, Action<int> work) => () =>
    {
        var times = new Percentiles();
        for (var i = 0; i < operations; i++)
        {
            var n = i;
            times.Time(() => work(n));
        }

        return times.At(share);
    };

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
