using System.Text;
using Toolkit.DataProcessing;

namespace Toolkit.AotSmoke;

[CsvRecord]
internal readonly partial record struct Sale(string Shop, [CsvColumn("amount")] double Amount, DateOnly Day);

internal static class DataProcessingChecks
{
    private const string Sales = "shop,amount,day\nNorth,1.5,2024-01-31\n\"South, \"\"old\"\"\",2,2024-02-01\nNorth,x,2024-02-01\nNorth,4,2024-02-02\n";

    public static (string, Func<Task>)[] All =>
    [
        ("csv: typed rows, groups and bad rows", GroupTypedAsync),
        ("csv: untyped rows and groups of columns", GroupUntypedAsync),
        ("csv: a filter to a file", FilterAsync),
        ("csv: gzip, comments, repair, quarantine, checkpoint and a Hive layout", DirtyToHiveAsync),
        ("csv: a check and sniffing", CheckAsync),
    ];

    private static CsvSource Source => Csv.Memory(Encoding.UTF8.GetBytes(Sales), new CsvOptions());

    private static RunOptions Small => new() { BadRows = BadRows.Skip, PartitionBytes = 16, Workers = 2 };

    private static async Task GroupTypedAsync()
    {
        using var groups = await Csv.Scan<Sale>(Source).With(Small).Where(sale => sale.Day.Year == 2024).GroupBy(sale => sale.Shop)
            .AggregateAsync(a => a.Count(), a => a.Sum(sale => sale.Amount), a => a.Max(sale => sale.Day));
        Check.Equal("North=2/5.5/2024-02-02 South, \"old\"=1/2/2024-02-01", string.Join(' ', groups.Select(g => $"{g.Key}={g.Value.Item1}/{g.Value.Item2}/{g.Value.Item3:yyyy-MM-dd}")));
        Check.Equal(1, groups.Report.BadRecords);
    }

    private static async Task GroupUntypedAsync()
    {
        using var groups = await Csv.Scan(Source).With(Small).GroupBy("shop").AggregateAsync(a => a.Sum(row => row.GetDouble("amount")));
        Check.Equal("North=5.5 South, \"old\"=2", string.Join(' ', groups.Select(g => $"{g.Key}={g.Value}")));
        Check.Equal(1, groups.Report.BadRecords);
    }

    private static async Task FilterAsync()
    {
        var path = Path.GetTempFileName();
        try
        {
            await Csv.Scan(Source).With(Small).Where(row => row.GetDouble("amount") > 1.9).WriteCsvAsync(path);
            Check.Equal("shop,amount,day\n\"South, \"\"old\"\"\",2,2024-02-01\nNorth,4,2024-02-02\n", await File.ReadAllTextAsync(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static async Task DirtyToHiveAsync()
    {
        var folder = Directory.CreateTempSubdirectory("toolkit-aot-").FullName;
        try
        {
            var input = Path.Combine(folder, "in.csv.gz");
            await using (var stream = new System.IO.Compression.GZipStream(File.Create(input), System.IO.Compression.CompressionLevel.Fastest))
            {
                await stream.WriteAsync(Encoding.UTF8.GetBytes("# \"sales\"\n" + Sales + "West,1\n"));
            }

            var options = new RunOptions
            {
                BadRows = BadRows.Quarantine(Path.Combine(folder, "bad.csv")) with { Repair = row => row.Reason == BadRowReason.FieldCount ? "West,1,2024-03-01"u8.ToArray() : null },
                CheckpointFolder = Path.Combine(folder, "check"),
            };
            var report = await Csv.Scan<Sale>(input, new CsvOptions { Dialect = new CsvDialect { Comment = '#' } }).With(options)
                .WriteCsvAsync(Path.Combine(folder, "out"), new CsvWriteOptions { PartitionBy = ["Shop"] });
            Check.Equal("5 1 1 3", $"{report.Records} {report.BadRecords} {report.RepairedRecords} {report.Outputs.Count}");
            Check.Equal("amount,Day\n1,2024-03-01\n", await File.ReadAllTextAsync(Path.Combine(folder, "out", "Shop=West", "part-00001.csv")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CheckAsync()
    {
        var report = await Csv.CheckAsync<Sale>(Source);
        Check.Equal("Field Amount North,x,2024-02-01", $"{report.Faults[0].Reason} {report.Faults[0].Column} {report.Faults[0].Picture.Split('\n')[0]}".Replace("amount", "Amount", StringComparison.Ordinal));
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, Sales.Replace(',', ';'));
            Check.Equal(';', Csv.Sniff(path).Options.Dialect.Delimiter);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
