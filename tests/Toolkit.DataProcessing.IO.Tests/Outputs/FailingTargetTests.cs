using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Outputs;

public sealed class FailingTargetTests : IDisposable
{
    private static readonly CsvSource s_source = Csv.Memory(Encoding.UTF8.GetBytes("State,Year,Cost,Species\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"S{i % 3},{i},1,x\n"))), new CsvOptions());

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, 0)]
    [InlineData(false, 5)]
    [InlineData(true, 0)]
    [InlineData(true, 5)]
    public async Task Write_FullDisk_FailsAndLeavesWhatWasThere(bool hive, int chunks)
    {
        var before = _folder.Write(hive ? "out/part-old.txt" : "out", "old");
        var options = new CsvWriteOptions { PartitionBy = hive ? ["State"] : [] };

        var exception = await Assert.ThrowsAsync<IOException>(() => Csv.Scan<Strike>(s_source).With(new RunOptions { PartitionBytes = 500, Workers = 2 })
            .WriteAsync(_folder["out"], new FullDisk(chunks), options, TestContext.Current.CancellationToken));

        Assert.Equal("No space left on device", exception.Message);
        Assert.Equal("old", File.ReadAllText(before));
        Assert.Equal([hive ? "out/part-old.txt" : "out"], _folder.Files());
    }

    [Fact]
    public async Task Write_FullDiskWithCheckpoint_GoesOnWhenThereIsRoom()
    {
        var input = _folder.Write("in.csv", "State,Year,Cost,Species\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"S{i % 3},{i},1,x\n")));
        var query = Csv.Scan<Strike>(input).With(new RunOptions { PartitionBytes = 500, Workers = 2, CheckpointFolder = _folder["check"], CheckpointPartitions = 2 });
        var format = new FullDisk(20);
        var token = TestContext.Current.CancellationToken;
        await Assert.ThrowsAsync<IOException>(() => query.WriteAsync(_folder["out"], format, new CsvWriteOptions(), token));
        Assert.False(File.Exists(_folder["out"]));

        format.MakeRoom();
        var report = await query.WriteAsync(_folder["out"], format, new CsvWriteOptions(), token);

        Assert.Equal(2000, report.Records);
        Assert.Equal(string.Concat(Enumerable.Range(0, 2000).Select(i => $"S{i % 3},{i}\n")), File.ReadAllText(_folder["out"]));
    }

    [Fact]
    public async Task Write_TargetThatCantBeWritten_TellsItsError()
    {
        // A file where a folder would have to be: no permissions are needed for that, nor a user without them.
        var file = _folder.Write("file", "x");

        await Assert.ThrowsAnyAsync<IOException>(() => Csv.Scan<Strike>(s_source).WriteCsvAsync(Path.Combine(file, "out.csv"), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<IOException>(() => Csv.Scan<Strike>(s_source).WriteCsvAsync(Path.Combine(file, "out"), new CsvWriteOptions { PartitionBy = ["State"] }, TestContext.Current.CancellationToken));
        Assert.Equal(["file"], _folder.Files());
    }

    [Fact]
    public async Task Write_ReadOnlyFolder_TellsItsError()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            // A privileged user may write anywhere; nobody may make files in /proc.
            Assert.SkipWhen(OperatingSystem.IsWindows(), "No permissions of Unix here.");
            var denied = await Record.ExceptionAsync(() => Csv.Scan<Strike>(s_source).WriteCsvAsync("/proc/toolkit-out.csv", TestContext.Current.CancellationToken));
            Assert.True(denied is IOException or UnauthorizedAccessException, denied?.ToString());
            return;
        }

        Directory.CreateDirectory(_folder["closed"]);
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Csv.Scan<Strike>(s_source).WriteCsvAsync(_folder["closed/out.csv"], TestContext.Current.CancellationToken));
        Assert.Empty(_folder.Files());
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A format of our own: two fields a line, and a disk that is full after some chunks.</summary>
    private sealed class FullDisk(int chunks) : OutputFormat
    {
        private int _left = chunks;

        public override string Extension => ".txt";

        public override bool CanReopen => true;

        public void MakeRoom() => _left = int.MaxValue;

        public override OutputChunk CreateChunk(IReadOnlyList<CsvColumn> columns, bool[]? skip) => new Chunk();

        public override OutputFile OpenFile(Stream stream, IReadOnlyList<CsvColumn> columns, bool[]? skip, bool isNew) => new File_(this, stream);

        private sealed class Chunk : OutputChunk
        {
            public StringBuilder Text { get; } = new();

            public override long MemoryBytes => Text.Capacity * sizeof(char);

            public override void Append<T>(in T value)
            {
                var strike = (Strike)(object)value!;
                Text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{strike.State},{strike.Year}\n");
                Records++;
            }

            public override void Append(in Utf8Row row, ReadOnlySpan<int> columns) => throw new NotSupportedException();

            public override void Clear()
            {
                Text.Clear();
                Records = 0;
            }
        }

        private sealed class File_(FullDisk format, Stream stream) : OutputFile
        {
            public override void Append(OutputChunk chunk)
            {
                if (format._left-- <= 0)
                {
                    throw new IOException("No space left on device");
                }

                stream.Write(Encoding.UTF8.GetBytes(((Chunk)chunk).Text.ToString()));
            }

            public override void Flush() => stream.Flush();

            public override void Complete() => stream.Dispose();

            protected override void Dispose(bool disposing) => stream.Dispose();
        }
    }
}
