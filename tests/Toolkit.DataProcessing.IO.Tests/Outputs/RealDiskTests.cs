using System.Diagnostics;

namespace Toolkit.DataProcessing.IO.Tests.Outputs;

/// <summary>A file system that is really full, or can't be written to: a tmpfs of its own, which only root can mount.</summary>
public sealed class RealDiskTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _input;
    private bool _mounted;

    public RealDiskTests() =>
        _input = _folder.Write("in.csv", "State,Year,Cost,Species\n" + string.Concat(Enumerable.Range(0, 40_000).Select(i => $"S{i % 7},{(i % 3 == 0 ? "bad" : "2020")},{i},\"species {i * 7919L % 40_009}\"\n")));

    public void Dispose()
    {
        if (_mounted)
        {
            using var process = Process.Start("umount", ["-l", _folder["disk"]]);
            process.WaitForExit();
        }

        _folder.Dispose();
    }

    [Theory]
    [InlineData("single")]
    [InlineData("hive")]
    [InlineData("parquet")]
    [InlineData("raw")]
    [InlineData("quarantine")]
    public async Task Write_FullDisk_FailsAndLeavesNothing(string layout)
    {
        await MountAsync("size=200k");

        var exception = await Assert.ThrowsAsync<IOException>(() => Write(layout, "disk", null));

        Assert.Contains("No space left on device", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Files("disk"));
    }

    [Theory]
    [InlineData("single")]
    [InlineData("hive")]
    [InlineData("parquet")]
    [InlineData("quarantine")]
    public async Task Write_FullDiskWithCheckpoint_GivesTheSameBytesOnceThereIsRoom(string layout)
    {
        await Write(layout, "expected", "expected-check");
        await MountAsync("size=200k");
        await Assert.ThrowsAsync<IOException>(() => Write(layout, "disk", "disk/check"));

        await MountAsync("remount,size=64m");
        await Write(layout, "disk", "disk/check");

        Assert.Equal(_folder.Files("expected"), _folder.Files("disk"));
        Assert.All(_folder.Files("expected"), file => Assert.Equal(File.ReadAllBytes(_folder["expected/" + file]), File.ReadAllBytes(_folder["disk/" + file])));
    }

    [Theory]
    [InlineData("single")]
    [InlineData("hive")]
    [InlineData("parquet")]
    [InlineData("raw")]
    [InlineData("quarantine")]
    public async Task Write_ReadOnlyFileSystem_Fails(string layout)
    {
        await MountAsync("size=200k");
        await MountAsync("remount,ro");

        var exception = await Assert.ThrowsAsync<IOException>(() => Write(layout, "disk", null));

        Assert.Contains("Read-only file system", exception.Message, StringComparison.Ordinal);
    }

    private Task<RunReport> Write(string layout, string target, string? checkpoint)
    {
        var token = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(_folder[target]);
        var options = new RunOptions
        {
            PartitionBytes = 20_000,
            Workers = 2,
            BadRows = layout == "quarantine" ? BadRows.Quarantine(_folder[target + "/bad.csv"]) : BadRows.Skip,
            CheckpointFolder = checkpoint is null ? null : _folder[checkpoint],
            CheckpointPartitions = 2,
        };
        var query = Csv.Scan<Strike>(_input).With(options);
        return layout switch
        {
            "single" => query.WriteCsvAsync(_folder[target + "/out.csv"], token),
            "hive" => query.WriteCsvAsync(_folder[target + "/out"], new CsvWriteOptions { PartitionBy = ["State"], MaxOpenFiles = 3 }, token),
            "parquet" => query.WriteParquetAsync(_folder[target + "/out"], new ParquetWriteOptions { PartitionBy = ["State"], Compression = Parquet.CompressionMethod.None, RowGroupRecords = 500 }, token),
            "raw" => Csv.Scan(_input).With(options).WriteCsvAsync(_folder[target + "/out.csv"], token),
            _ => query.WriteCsvAsync(_folder["good-" + target + ".csv"], token),
        };
    }

    private async Task MountAsync(string options)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "mounts a tmpfs, which is Linux'");
        Directory.CreateDirectory(_folder["disk"]);
        using var process = Process.Start(new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", options, "tmpfs", _folder["disk"]]) { RedirectStandardError = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipUnless(process.ExitCode == 0, "needs the right to mount a small file system (root)");
        _mounted = true;
    }
}
