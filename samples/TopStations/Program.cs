// Minimum, mean and maximum for each weather station of a large file, in one parallel pass.
//   dotnet run -c Release --project samples/TopStations [-- --megabytes 1000] [--workers 2]
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Toolkit.DataProcessing;

var megabytes = Option("--megabytes", 100);
var workers = Option("--workers", Environment.ProcessorCount);
var path = Path.GetTempFileName();
try
{
    MakeFile(path, megabytes);
    var semicolons = new CsvOptions { Dialect = new CsvDialect { Delimiter = ';' } };
    using var stations = await Csv.Scan<Measurement>(path, semicolons)
        .With(new RunOptions { Workers = workers, MemoryBudget = 64 * 1024 * 1024, Progress = new Bar() })
        .GroupBy("station")
        .AggregateAsync(a => a.Count(), a => a.Min(m => m.Value), a => a.Mean(m => m.Value), a => a.Max(m => m.Value));

    foreach (var (station, (count, min, mean, max)) in stations.OrderByDescending(group => group.Value.Item3).Take(5))
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{station,-14} {count,9} rows  {min,6:0.0} {mean,6:0.0} {max,6:0.0}"));
    }

    var report = stations.Report;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Bytes / 1e6 / report.Elapsed.TotalSeconds:0} MB/s on {report.Workers} workers, peak of resident memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000} MB, accounted {report.PeakAccountedBytes / 1_000_000.0:0.0} MB"));
    Console.WriteLine($"done: rows {report.Records}, stations {stations.Count}");
}
finally
{
    File.Delete(path);
}

int Option(string name, int otherwise) =>
    Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : otherwise;

static void MakeFile(string path, int megabytes)
{
    var random = new Random(7);
    using var file = new StreamWriter(path, append: false, new UTF8Encoding(false), 1 << 20);
    file.Write("station;value\n");
    for (long written = 0; written < megabytes * 1_000_000L;)
    {
        var line = string.Create(CultureInfo.InvariantCulture, $"Station {random.Next(400)};{random.Next(-300, 450) / 10.0:0.0}\n");
        file.Write(line);
        written += line.Length;
    }
}

[CsvRecord]
internal readonly partial record struct Measurement([CsvColumn("value")] double Value);

/// <summary>A line that is written over on a terminal, and one line in all where the output goes to a file.</summary>
internal sealed class Bar : IProgress<RunProgress>
{
    public void Report(RunProgress value)
    {
        if (!Console.IsOutputRedirected)
        {
            Console.Write($"\r{value.Fraction,4:P0}  {value.Records} rows  {value.BytesPerSecond / 1e6:0} MB/s  {value.TimeLeft?.TotalSeconds:0.0} s left   ");
        }

        if (value.Fraction >= 1)
        {
            Console.WriteLine(Console.IsOutputRedirected ? "read all of it" : "");
        }
    }
}
