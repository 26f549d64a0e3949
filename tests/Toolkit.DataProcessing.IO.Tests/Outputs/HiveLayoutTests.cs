using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Toolkit.DataProcessing.IO.Tests.Outputs;

public sealed class HiveLayoutTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteCsvAsync_ByState_MakesAFolderForEach()
    {
        var input = _folder.Write("in.csv", "State,Year,Cost,Species\nTX,2020,1.5,Gull\nNY,2020,2,\"Owl, barn\"\n,2021,3,\nTX,2021,4,Dove\n");

        var report = await Csv.Scan<Strike>(input).WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["State"] }, TestContext.Current.CancellationToken);

        Assert.Equal(["State=NY/part-00001.csv", "State=TX/part-00001.csv", "State=__HIVE_DEFAULT_PARTITION__/part-00001.csv", "_manifest.json"], _folder.Files("out"));
        Assert.Equal("Year,Cost,Species\n2020,1.5,Gull\n2021,4,Dove\n", File.ReadAllText(_folder["out/State=TX/part-00001.csv"]));
        Assert.Equal("Year,Cost,Species\n2020,2,\"Owl, barn\"\n", File.ReadAllText(_folder["out/State=NY/part-00001.csv"]));
        Assert.Equal(3, report.Outputs.Count);
        Assert.Equal(4, report.Outputs.Sum(file => file.Records));
        Assert.Equal(["in.csv", "out/State=NY/part-00001.csv", "out/State=TX/part-00001.csv", "out/State=__HIVE_DEFAULT_PARTITION__/part-00001.csv", "out/_manifest.json"], _folder.Files());
        using var manifest = JsonDocument.Parse(File.ReadAllText(_folder["out/_manifest.json"]));
        Assert.Equal(4, manifest.RootElement.GetProperty("records").GetInt64());
        Assert.Equal("TX", manifest.RootElement.GetProperty("files")[0].GetProperty("values").GetProperty("State").GetString());
    }

    [Theory]
    [InlineData(1, 64, 1)]
    [InlineData(4, 64, 2)]
    [InlineData(3, 1000, 64)]
    public async Task WriteCsvAsync_AnyWorkersPartitionsAndOpenFiles_GivesTheSameFiles(int workers, int partitionBytes, int maxOpenFiles)
    {
        var input = _folder.Write("in.csv", Many(500));
        var options = new CsvWriteOptions { PartitionBy = ["State", "Year"], MaxOpenFiles = maxOpenFiles };

        await Csv.Scan<Strike>(input).With(new RunOptions { Workers = workers, PartitionBytes = partitionBytes }).WriteCsvAsync(_folder["out"], options, TestContext.Current.CancellationToken);
        await Csv.Scan<Strike>(input).With(new RunOptions { Workers = 1 }).WriteCsvAsync(_folder["expected"], options with { MaxOpenFiles = 64 }, TestContext.Current.CancellationToken);

        Assert.Equal(_folder.Files("expected"), _folder.Files("out"));
        Assert.All(_folder.Files("expected"), file => Assert.Equal(File.ReadAllText(_folder["expected/" + file]), File.ReadAllText(_folder["out/" + file])));
    }

    [Fact]
    public async Task WriteCsvAsync_HiveLayout_IsReadByDuckDb()
    {
        var input = _folder.Write("in.csv", Many(300) + "\"a/b=c %25\",2020,1,x\n");
        await Csv.Scan<Strike>(input).WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["State"] }, TestContext.Current.CancellationToken);

        var ours = DuckDb.Query($"SELECT State, count(*), sum(Cost) FROM read_csv('{_folder["out"]}/*/*.csv', hive_partitioning = true) GROUP BY State ORDER BY State");
        var original = DuckDb.Query($"SELECT State, count(*), sum(Cost) FROM read_csv('{input}') GROUP BY State ORDER BY State");

        Assert.Equal(original, ours);
    }

    [Fact]
    public async Task WriteCsvAsync_UntypedRows_LeavesOutTheColumn()
    {
        var input = _folder.Write("in.csv", "a;b;c\n1;x;\"p;q\"\n2;y;\n");
        var source = Csv.Scan(input, new CsvOptions { Dialect = new CsvDialect { Delimiter = ';' } });

        await source.WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["b"] }, TestContext.Current.CancellationToken);

        Assert.Equal("a,c\n1,p;q\n", File.ReadAllText(_folder["out/b=x/part-00001.csv"]));
        Assert.Equal("a,c\n2,\n", File.ReadAllText(_folder["out/b=y/part-00001.csv"]));
    }

    [Fact]
    public void Write_KeysOfAnyKind_StayInTheFolderAndAreReadByDuckDb()
    {
        string[] keys = ["..", ".", "../../etc", "/root", "a/../b", " lead", "trail ", "dot.", "tab\there", "new\nline", "50%", "%2F", "ü", "日本", "a\\b", "x:y", "\"q\"", "a=b", "#1", "{x}", "\u007f", "*?"];
        var rows = keys.Select((key, i) => new Strike(key, i, i, "x")).ToList();

        Csv.Write(rows, _folder["deep/out"], new CsvWriteOptions { PartitionBy = ["State"] });

        Assert.All(_folder.Files(), file => Assert.StartsWith("deep/out/", file, StringComparison.Ordinal));
        Assert.Equal(keys.Length + 1, _folder.Files("deep/out").Length);
        Assert.Equal(keys, DuckDb.Query($"SELECT State FROM read_csv('{_folder["deep/out"]}/*/*.csv', hive_partitioning = true, hive_types_autocast = false) ORDER BY Year").Select(row => row[0]));
    }

    [Fact]
    public async Task WriteCsvAsync_TargetIsThere_ReplacesItOnlyOnSuccess()
    {
        var good = _folder.Write("good.csv", "State,Year,Cost,Species\nTX,2020,1,x\n");
        var bad = _folder.Write("bad.csv", "State,Year,Cost,Species\nTX,2020,1,x\nTX,nope,1,x\n");
        _folder.Write("out/part-old.csv", "old");

        await Assert.ThrowsAsync<CsvBadRowException>(() => Csv.Scan<Strike>(bad).WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["State"] }, TestContext.Current.CancellationToken));
        Assert.Equal(["bad.csv", "good.csv", "out/part-old.csv"], _folder.Files());
        await Assert.ThrowsAsync<IOException>(() => Csv.Scan<Strike>(good).WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["State"], Overwrite = false }, TestContext.Current.CancellationToken));
        await Csv.Scan<Strike>(good).WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["State"], Manifest = false }, TestContext.Current.CancellationToken);

        Assert.Equal(["bad.csv", "good.csv", "out/State=TX/part-00001.csv"], _folder.Files());
    }

    [Fact]
    public async Task WriteCsvAsync_Cancelled_LeavesNothing()
    {
        var input = _folder.Write("in.csv", Many(50));
        using var cancelled = new CancellationTokenSource();
        var query = Csv.Scan<Strike>(input).With(new RunOptions { PartitionBytes = 64, Workers = 1 }).Where(row =>
        {
            cancelled.Cancel();
            return true;
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => query.WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["State"] }, cancelled.Token));

        Assert.Equal(["in.csv"], _folder.Files());
        Assert.Equal([_folder["in.csv"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task WriteCsvAsync_UnknownColumn_NamesTheColumns()
    {
        var input = _folder.Write("in.csv", Many(1));

        var exception = await Assert.ThrowsAsync<ArgumentException>(() => Csv.Scan<Strike>(input).WriteCsvAsync(_folder["out"], new CsvWriteOptions { PartitionBy = ["state"] }, TestContext.Current.CancellationToken));

        Assert.Equal("PartitionBy names the column 'state'; the output has: 'State', 'Year', 'Cost', 'Species'.", exception.Message);
    }

    [Fact]
    public async Task WriteCsvAsync_FilePerPartition_NumbersThemInOrder()
    {
        var input = _folder.Write("in.csv", Many(200));

        await Csv.Scan<Strike>(input).With(new RunOptions { PartitionBytes = 1000, Workers = 3 }).WriteCsvAsync(_folder["out"], new CsvWriteOptions { FilePerPartition = true }, TestContext.Current.CancellationToken);

        var files = _folder.Files("out").Where(file => file.EndsWith(".csv", StringComparison.Ordinal)).ToArray();
        Assert.True(files.Length > 3);
        Assert.Equal("part-00002.csv", files[1]);
        Assert.Equal(Many(200), "State,Year,Cost,Species\n" + string.Concat(files.Select(file => File.ReadAllText(_folder["out/" + file]).Replace("State,Year,Cost,Species\n", "", StringComparison.Ordinal))));
    }

    private static string Many(int count)
    {
        var text = new StringBuilder("State,Year,Cost,Species\n");
        var random = new Random(count);
        for (var i = 0; i < count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"S{random.Next(7)},{2000 + random.Next(3)},{random.Next(100000) / 4.0},\"Name {i}, \"\"quoted\"\"\"\n");
        }

        return text.ToString();
    }
}
