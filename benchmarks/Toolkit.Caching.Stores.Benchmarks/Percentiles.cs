using System.Diagnostics;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>Times of single operations, in microseconds.</summary>
internal sealed class Percentiles
{
    // A request takes so long that a thousand of them end before the compiler has looked at their code a second time.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(0.7);

    private readonly List<long> _ticks = [];

    public double Max => _ticks.Count == 0 ? 0 : Microseconds(_ticks.Max());

    public int Count => _ticks.Count;

    public void Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        _ticks.Add(Stopwatch.GetTimestamp() - start);
    }

    public double At(double share)
    {
        _ticks.Sort();
        return _ticks.Count == 0 ? 0 : Microseconds(_ticks[(int)Math.Min(_ticks.Count - 1, share * _ticks.Count)]);
    }

    /// <summary>A sample for a comparison: the median of the single operations.</summary>
    public static Func<double> Median(int operations, Action<int> work) => () =>
    {
        var times = new Percentiles();
        for (var i = 0; i < operations; i++)
        {
            var n = i;
            times.Time(() => work(n));
        }

        return times.At(0.5);
    };

    /// <summary>The same for asynchronous work, awaited one after the other as a program would: no thread is blocked and woken for each.</summary>
    public static Func<double> MedianAsync(int operations, Func<int, ValueTask> work)
    {
        var warm = false;
        return () =>
        {
            var warmUp = warm ? TimeSpan.Zero : WarmUp;
            warm = true;
            return RunAsync(operations, work, warmUp).GetAwaiter().GetResult();
        };
    }

    private static async Task<double> RunAsync(int operations, Func<int, ValueTask> work, TimeSpan warmUp)
    {
        // Not on the caller's thread: it waits.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var begin = Stopwatch.GetTimestamp();
        for (var i = 0; Stopwatch.GetElapsedTime(begin) < warmUp; i++)
        {
            await work(i);
        }

        var times = new Percentiles();
        for (var i = 0; i < operations; i++)
        {
            var start = Stopwatch.GetTimestamp();
            await work(i);
            times._ticks.Add(Stopwatch.GetTimestamp() - start);
        }

        return times.At(0.5);
    }

    private static double Microseconds(long ticks) => ticks * 1e6 / Stopwatch.Frequency;
}
