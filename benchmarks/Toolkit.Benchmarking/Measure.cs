using System.Diagnostics;

namespace Toolkit.Benchmarking;

/// <summary>Samples for <see cref="Comparison"/>.</summary>
public static class Measure
{
    /// <summary>Nanoseconds an operation of <paramref name="work"/>, which does <paramref name="operations"/> of them.</summary>
    public static Func<double> Nanoseconds(int operations, Action work) => () =>
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / operations;
    };

    /// <inheritdoc cref="Nanoseconds(int, Action)"/>
    public static Func<double> Nanoseconds(int operations, Func<Task> work) =>
        Nanoseconds(operations, () => work().GetAwaiter().GetResult());

    /// <summary>Operations a second of <paramref name="work"/>, which does <paramref name="operations"/> of them.</summary>
    public static Func<double> PerSecond(int operations, Func<Task> work) => () =>
    {
        var start = Stopwatch.GetTimestamp();
        work().GetAwaiter().GetResult();
        return operations / Stopwatch.GetElapsedTime(start).TotalSeconds;
    };

    /// <summary>Bytes allocated an operation, over all threads: nothing else may run in the process meanwhile.</summary>
    public static Func<double> Bytes(int operations, Action work) => () =>
    {
        var before = GC.GetTotalAllocatedBytes(precise: true);
        work();
        return (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / operations;
    };

    /// <inheritdoc cref="Bytes(int, Action)"/>
    public static Func<double> Bytes(int operations, Func<Task> work) =>
        Bytes(operations, () => work().GetAwaiter().GetResult());
}
