namespace Toolkit.DataProcessing.IO.Tests.Outputs;

/// <summary>What is beside, and in the place of, an output.</summary>
public sealed class OutputPlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OutputPlaceTests() => _folder.Write("in.csv", "State,Year,Cost,Species\nTX,2020,1,a\nNY,x,2,b\n");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Write_FolderWithOtherFiles_IsRefusedAndKept()
    {
        _folder.Write("out/State=TX/part-00001.csv", "old");
        _folder.Write("out/notes/thesis.txt", "years of work");

        var exception = await Assert.ThrowsAsync<IOException>(() => Write("out", new RunOptions()));

        Assert.Contains("notes/thesis.txt", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["State=TX/part-00001.csv", "notes/thesis.txt"], _folder.Files("out"));
    }

    [Fact]
    public async Task Write_FolderOfAnEarlierOutputOrEmpty_IsReplaced()
    {
        Directory.CreateDirectory(_folder["out"]);
        await Write("out", new RunOptions());
        _folder.Write("out/State=CA/part-00001.csv", "old");
        _folder.Write("out/_SUCCESS", "");

        await Write("out", new RunOptions());

        Assert.Equal(["State=TX/part-00001.csv", "_manifest.json"], _folder.Files("out"));
    }

    [Theory]
    [InlineData("out/bad.csv", null)]
    [InlineData("out", null)]
    [InlineData("in.csv", null)]
    [InlineData("bad.csv", "out/check")]
    [InlineData("bad.csv", "out")]
    public async Task Write_PlacesInEachOthersWay_AreRefused(string quarantine, string? checkpoint)
    {
        var options = new RunOptions { BadRows = BadRows.Quarantine(_folder[quarantine]), CheckpointFolder = checkpoint is null ? null : _folder[checkpoint] };

        await Assert.ThrowsAsync<ArgumentException>(() => Write("out", options));

        Assert.Equal(["in.csv"], _folder.Files());
    }

    [Fact]
    public async Task Write_InputInPlaceWithCheckpoint_IsRefused()
    {
        var options = new RunOptions { BadRows = BadRows.Skip, CheckpointFolder = _folder["check"] };

        await Assert.ThrowsAsync<ArgumentException>(() => Csv.Scan<Strike>(_folder["in.csv"]).With(options).WriteCsvAsync(_folder["in.csv"], TestContext.Current.CancellationToken));

        await Csv.Scan<Strike>(_folder["in.csv"]).With(options with { CheckpointFolder = null }).WriteCsvAsync(_folder["in.csv"], TestContext.Current.CancellationToken);
        Assert.Equal("State,Year,Cost,Species\nTX,2020,1,a\n", File.ReadAllText(_folder["in.csv"]));
    }

    [Fact]
    public async Task Write_QuarantineInAFolderThatIsNotThere_MakesIt()
    {
        await Write("out", new RunOptions { BadRows = BadRows.Quarantine(_folder["rejected/may/bad.csv"]) });

        Assert.Contains("NY,x,2,b", File.ReadAllText(_folder["rejected/may/bad.csv"]), StringComparison.Ordinal);
    }

    private Task<RunReport> Write(string name, RunOptions options) =>
        Csv.Scan<Strike>(_folder["in.csv"]).With(options with { BadRows = options.BadRows.Action == BadRowAction.Fail ? BadRows.Skip : options.BadRows })
            .WriteCsvAsync(_folder[name], new CsvWriteOptions { PartitionBy = ["State"] }, TestContext.Current.CancellationToken);
}
