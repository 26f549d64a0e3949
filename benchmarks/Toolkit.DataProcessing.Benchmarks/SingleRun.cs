using System.Diagnostics;
using System.Globalization;
using Toolkit.Benchmarking;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>One run of one side, here or in a process of its own.</summary>
internal static class SingleRun
{
    public static Sample Measure(Func<string> work)
    {
        // Counted in microseconds; Process.TotalProcessorTime only knows hundredths of a second on Linux.
        var cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var start = Stopwatch.GetTimestamp();
        var answer = work();
        var wall = Stopwatch.GetElapsedTime(start);
        return new Sample(answer, Environment.CpuUsage.TotalTime - cpu, wall, GC.GetTotalAllocatedBytes(precise: true) - allocated);
    }

    /// <summary>Runs once and prints the peak of resident memory in bytes, above what an idle process takes.</summary>
    public static void Run(string path, string task, string who)
    {
        var side = CsvTask.All.First(t => t.Name == task).Sides[who];
        var before = Process.GetCurrentProcess().WorkingSet64;
        var sample = Measure(() => side(path));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Process.GetCurrentProcess().PeakWorkingSet64 - before} {sample.Cpu.TotalSeconds} {sample.Wall.TotalSeconds} {sample.Allocated}"));
    }

    /// <summary>Runs many times and prints the medians in MB a second: something for a profiler to look at.</summary>
    public static void Loop(string path, string task, string who, int times)
    {
        var side = CsvTask.All.First(t => t.Name == task).Sides[who];
        var samples = Enumerable.Range(0, times).Select(_ => Measure(() => side(path))).ToList();
        var size = new FileInfo(path).Length / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{task} {who}: {size / Comparison.Median([.. samples.Select(s => s.Cpu.TotalSeconds)]):0} MB/cpu-s, {size / Comparison.Median([.. samples.Select(s => s.Wall.TotalSeconds)]):0} MB/s"));
    }

    public static double PeakInOwnProcess(string path, string task, string who) => InOwnProcess(path, task, who, RunOptions.DefaultMemoryBudget).Peak;

    /// <summary>One run in a process of its own: peak of memory in bytes, and seconds.</summary>
    public static (double Peak, double Cpu, double Wall) InOwnProcess(string path, string task, string who, long budget)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(SingleRun).Assembly.Location);
        }

        foreach (var argument in (string[])["--once", path, task, who, budget.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd().Split(' ');
        process.WaitForExit();
        return (double.Parse(output[0], CultureInfo.InvariantCulture), double.Parse(output[1], CultureInfo.InvariantCulture), double.Parse(output[2], CultureInfo.InvariantCulture));
    }
}

internal sealed record Sample(string Answer, TimeSpan Cpu, TimeSpan Wall, long Allocated);
