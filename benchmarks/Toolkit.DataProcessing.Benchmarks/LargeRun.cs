using System.Diagnostics;
using System.Globalization;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>Files of 2 GB under a budget of 64 MB, each in a process of its own: the rate, and the peak of memory above an idle process.</summary>
internal static class LargeRun
{
    private const int Megabytes = 2000;
    private const long Budget = 64L * 1024 * 1024;

    public static void Run(string? only)
    {
        OwnOptions.MemoryBudget = Budget;
        foreach (var task in CsvTask.All.Where(task => task.Name != "flights" && (only is null || task.Name == only)))
        {
            var path = task.Generate(Megabytes);
            try
            {
                Print(task.Name, path, "ours-2");
                Print(task.Name, path, "duckdb-2");
            }
            finally
            {
                File.Delete(path);
            }
        }
    }

    private static void Print(string task, string path, string who)
    {
        var (peak, cpu, wall) = SingleRun.InOwnProcess(path, task, who, Budget);
        var size = new FileInfo(path).Length / 1e6;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"# large {task} {who}: {size:0} MB, {size / wall:0} MB/s, {size / cpu:0} MB/cpu-s, peak memory {peak / 1e6:0} MB above an idle process{(who == "ours-2" ? ", budget 64 MiB" : "")}"));
    }
}
