using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Outputs;

/// <summary>Parquet in many folders, whose records come in any order.</summary>
[Collection(Alone.Name)]
public sealed class ManyFoldersTests : IDisposable
{
    private const int Folders = 300;
    private const int Records = 60_000;

    private readonly TemporaryFolder _folder = new();
    private readonly string _input;

    public ManyFoldersTests()
    {
        var text = new StringBuilder("State,Year,Cost,Species\n");
        for (var i = 0; i < Records; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"S{i * 7919L % Folders},{2000 + (i % 3)},{i},{(i % 4 == 0 ? "" : "Gull")}\n");
        }

        _input = _folder.Write("in.csv", text.ToString());
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WriteParquetAsync_MoreFoldersThanOpenFiles_HaveOneFileEach()
    {
        var report = await Write("out", new RunOptions { Workers = 2, PartitionBytes = 50_000 });

        Assert.Equal(Folders, report.Outputs.Count);
        AssertIsTheInput("out");
    }

    [Fact]
    public async Task WriteParquetAsync_SmallBudget_WritesWhatIsGatheredBefore()
    {
        var options = new RunOptions { Workers = 2, PartitionBytes = 50_000, MemoryBudget = 4 << 20 };
        var report = await Write("out", options);
        var again = await Write("again", options with { Workers = 1 });

        Assert.Equal(Folders, report.Outputs.Count);
        Assert.InRange(report.PeakAccountedBytes, 1, 8 << 20);
        Assert.Equal(report.Outputs.Select(file => (file.Path, file.Bytes)), again.Outputs.Select(file => (file.Path, file.Bytes)));
        Assert.Equal("true", DuckDb.Query($"SELECT CAST(max(row_group_id) > 0 AS VARCHAR) FROM parquet_metadata('{_folder["out"]}/*/*.parquet')")[0][0]);
        AssertIsTheInput("out");
    }

    [Fact]
    public async Task Write_OneParquetFileOfASmallBudget_HasMoreRowGroups()
    {
        await Csv.Scan<Strike>(_input).With(new RunOptions { MemoryBudget = 4 << 20, Workers = 1, PartitionBytes = 50_000 }).WriteParquetAsync(_folder["one.parquet"], new ParquetWriteOptions(), TestContext.Current.CancellationToken);

        Assert.Equal([["60000", "true"]], DuckDb.Query($"SELECT sum(n), CAST(count(*) > 1 AS VARCHAR) FROM (SELECT DISTINCT row_group_id, row_group_num_rows n FROM parquet_metadata('{_folder["one.parquet"]}'))"));
    }

    private Task<RunReport> Write(string name, RunOptions options) =>
        Csv.Scan<Strike>(_input).With(options).WriteParquetAsync(_folder[name], new ParquetWriteOptions { PartitionBy = ["State"], MaxOpenFiles = 3 }, TestContext.Current.CancellationToken);

    private void AssertIsTheInput(string name) =>
        Assert.Equal(
            DuckDb.Query($"SELECT State, Year, sum(Cost), count(Species) FROM read_csv('{_input}') GROUP BY ALL ORDER BY ALL"),
            DuckDb.Query($"SELECT State, Year, sum(Cost), count(Species) FROM read_parquet('{_folder[name]}/*/*.parquet', hive_partitioning = true) GROUP BY ALL ORDER BY ALL"));
}
