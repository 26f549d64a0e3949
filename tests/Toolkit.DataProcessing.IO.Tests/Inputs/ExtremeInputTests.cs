using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

public sealed class ExtremeInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(5_000)]
    [InlineData(4_000_000)]
    public async Task Scan_HundredThousandColumns_ReadsAndWritesThem(int partitionBytes)
    {
        const int Columns = 100_000;
        var text = new StringBuilder(string.Join(',', Enumerable.Range(0, Columns).Select(i => "c" + i.ToString(CultureInfo.InvariantCulture)))).Append('\n');
        for (var row = 0; row < 8; row++)
        {
            text.AppendJoin(',', Enumerable.Range(0, Columns).Select(i => (i + row) % 100)).Append('\n');
        }

        var path = _folder.Write("wide.csv", text.ToString());
        var query = Csv.Scan(path).With(new RunOptions { PartitionBytes = partitionBytes, Workers = 2 });

        var rows = await query.Select(row => $"{row.Count} {row.GetInt32("c99999")} {row.GetInt32("c0")}").ToListAsync(TestContext.Current.CancellationToken);
        await query.WriteCsvAsync(_folder["out.csv"], new CsvWriteOptions(), TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 8).Select(row => $"100000 {(99_999 + row) % 100} {row}"), rows.Value);
        Assert.Equal(text.ToString(), File.ReadAllText(_folder["out.csv"]));
    }

    [Theory]
    [InlineData(CsvCompression.Gzip)]
    [InlineData(CsvCompression.Zstandard)]
    public async Task Scan_BombOfSmallRecords_StaysInItsBudget(CsvCompression kind)
    {
        // A hundred megabytes that all are records, in far less than one.
        var line = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("1,aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", 10_000)));
        var text = new byte[line.Length * 170 + 4];
        "k,v\n"u8.CopyTo(text);
        for (var i = 0; i < 170; i++)
        {
            line.CopyTo(text, 4 + (i * line.Length));
        }

        var path = _folder.Write("bomb.csv", Archives.Compress(kind, text));
        Assert.True(new FileInfo(path).Length < text.Length / 20);
        var size = text.Length;
        text = null;
        var options = new RunOptions { MemoryBudget = 32 * 1024 * 1024, Workers = 2 };

        var report = await Csv.Scan(path).With(options).WriteCsvAsync(_folder["out.csv"], new CsvWriteOptions(), TestContext.Current.CancellationToken);

        Assert.Equal(1_700_000, report.Records);
        Assert.Equal(size, new FileInfo(_folder["out.csv"]).Length);
        Assert.InRange(report.PeakAccountedBytes, 1, options.MemoryBudget);
    }

    [Fact]
    public async Task Scan_SmallArchivesOfManyPartitions_KeepOrderLinesAndCheckpoints()
    {
        // Each is small enough to be one partition, and holds many times that: it commits in parts.
        var plain = new StringBuilder();
        for (var file = 0; file < 5; file++)
        {
            var text = new StringBuilder("State,Year,Cost,Species\n");
            for (var i = 0; i < 20_000; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"TX,{(i == 15_000 ? "x" : "2020")},{file},aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n");
            }

            plain.Append(text.ToString().AsSpan(file == 0 ? 0 : text.ToString().IndexOf('\n') + 1));
            _folder.Write($"in/{file}.csv.zst", Archives.Compress(CsvCompression.Zstandard, Encoding.UTF8.GetBytes(text.ToString())));
        }

        var bad = new List<BadRow>();
        var options = new RunOptions { Workers = 3, PartitionBytes = 50_000, BadRows = BadRows.Skip, OnBadRow = bad.Add, CheckpointFolder = _folder["check"], CheckpointPartitions = 1 };
        var report = await Csv.Scan<Outputs.Strike>(_folder["in/*.zst"]).With(options).WriteCsvAsync(_folder["out.csv"], TestContext.Current.CancellationToken);

        Assert.Equal((5 * 20_000L, 5L, 5), (report.Records, report.BadRecords, report.Partitions));
        Assert.Equal([15_002, 15_002, 15_002, 15_002, 15_002], bad.Select(row => row.Line));
        Assert.Equal(plain.ToString().Replace("TX,x,0,aaaaaaaaaaaaaaaaaaaaaaaaaaaa\n", "", StringComparison.Ordinal).Split('\n').Count(line => line.StartsWith("TX,2020", StringComparison.Ordinal)), File.ReadLines(_folder["out.csv"]).Count() - 1);
        Assert.Equal(Enumerable.Range(0, 5).SelectMany(file => Enumerable.Repeat($"{file}", 19_999)), File.ReadLines(_folder["out.csv"]).Skip(1).Select(line => line.Split(',')[2]));
    }

    [Fact]
    public async Task Write_AnyFormat_AccountsForWhatItHolds()
    {
        var text = "State,Year,Cost,Species\n" + string.Concat(Enumerable.Range(0, 50_000).Select(i => $"S{i % 7},{i},1.5,some species {i}\n"));
        var query = Csv.Scan<Outputs.Strike>(Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions())).With(new RunOptions { Workers = 1, PartitionBytes = 100_000 });
        var token = TestContext.Current.CancellationToken;

        var counted = (await query.RunAsync(token)).PeakAccountedBytes;
        var csv = (await query.WriteCsvAsync(_folder["a.csv"], token)).PeakAccountedBytes;
        var json = (await query.WriteJsonLinesAsync(_folder["a.jsonl"], new JsonLinesWriteOptions(), token)).PeakAccountedBytes;
        var hive = (await query.WriteCsvAsync(_folder["hive"], new CsvWriteOptions { PartitionBy = ["State"] }, token)).PeakAccountedBytes;
        var parquet = (await query.WriteParquetAsync(_folder["a.parquet"], new ParquetWriteOptions(), token)).PeakAccountedBytes;

        // A batch of each partition on its way; Parquet holds a row group besides, here all of the 50,000 records.
        Assert.True(csv > counted + 80_000, $"{csv} {counted}");
        Assert.True(json > csv, $"{json} {csv}");
        Assert.True(hive > counted + 80_000, $"{hive} {counted}");
        Assert.True(parquet > counted + 2_000_000, $"{parquet} {counted}");
    }
}
