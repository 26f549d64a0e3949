using Toolkit.Benchmarking;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>All sides in turn over each file, in one process; every answer must be the same.</summary>
internal static class QuickComparison
{
    private const int Rounds = 3;

    // One round of it takes as long as one of all others together.
    private const string Slowest = "csvhelper";

    // A run of ours is a tenth of the peers': as many again give the compiler the same time to finish, and the clock more to measure.
    private const int OwnWarmups = 4;
    private const int OwnRunsARound = 2;

    public static void Run(int megabytes, string? only)
    {
        foreach (var task in CsvTask.All.Where(task => only is null || task.Name == only))
        {
            Compare(task, task.Generate(megabytes));
        }
    }

    private static void Compare(CsvTask task, string path)
    {
        var size = new FileInfo(path).Length / 1e6;
        var samples = task.Sides.Keys.ToDictionary(side => side, _ => new List<Sample>());
        string? answer = null;
        foreach (var (_, side) in task.Sides.Where(side => IsOurs(side.Key)))
        {
            for (var i = 0; i < OwnWarmups; i++)
            {
                SingleRun.Measure(() => side(path));
            }
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, side) in task.Sides)
            {
                if (round > 0 && name == Slowest)
                {
                    continue;
                }

                for (var i = 0; i < (IsOurs(name) ? OwnRunsARound : 1); i++)
                {
                    var sample = SingleRun.Measure(() => side(path));
                    answer ??= sample.Answer;
                    if (sample.Answer != answer)
                    {
                        throw new InvalidOperationException($"{task.Name}: {name} answers\n{sample.Answer}\ninstead of\n{answer}");
                    }

                    samples[name].Add(sample);
                }
            }
        }

        Print(task, size, samples);
        PrintMemory(task, path);
    }

    private static void Print(CsvTask task, double size, Dictionary<string, List<Sample>> samples)
    {
        double PerCpu(string side) => size / Comparison.Median([.. samples[side].Select(s => s.Cpu.TotalSeconds)]);
        double PerWall(string side) => size / Comparison.Median([.. samples[side].Select(s => s.Wall.TotalSeconds)]);
        foreach (var peer in task.Sides.Keys.Where(name => !IsOurs(name)))
        {
            Comparison.Print($"csv.{task.Name}.cpu.{peer}", PerCpu("ours-1"), PerCpu(peer), Better.Higher, "MB/cpu-s");
        }

        foreach (var peer in task.Sides.Keys.Where(name => !IsOurs(name)))
        {
            Comparison.Print($"csv.{task.Name}.wall.{peer}", PerWall(peer == "duckdb-1" ? "ours-1" : "ours-2"), PerWall(peer), Better.Higher, "MB/s");
        }

        Comparison.Print($"csv.{task.Name}.scaling.one-worker", PerWall("ours-2"), PerWall("ours-1"), Better.Higher, "MB/s");
        Console.WriteLine($"# {task.Name}: one worker allocates {Comparison.Median([.. samples["ours-1"].Select(s => (double)s.Allocated)]) / 1024:0} KiB in a run");
    }

    private static bool IsOurs(string side) => side.StartsWith("ours", StringComparison.Ordinal);

    private static void PrintMemory(CsvTask task, string path)
    {
        var ours = SingleRun.PeakInOwnProcess(path, task.Name, "ours-2") / 1e6;
        foreach (var peer in (string[])["sylvan", "csvhelper", "duckdb-2"])
        {
            Comparison.Print($"csv.{task.Name}.peak-memory.{peer}", ours, SingleRun.PeakInOwnProcess(path, task.Name, peer) / 1e6, Better.Lower, "MB");
        }
    }
}
