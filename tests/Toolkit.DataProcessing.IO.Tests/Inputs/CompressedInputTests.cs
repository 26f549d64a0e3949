using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

// One of them counts what the process allocates.
[Collection(Alone.Name)]
public sealed class CompressedInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<CsvCompression> Kinds => [CsvCompression.Gzip, CsvCompression.Zstandard, CsvCompression.Bzip2];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scan_Compressed_GivesTheSameBytes(CsvCompression kind)
    {
        var text = Text(20_000);
        var plain = _folder.Write("plain.csv", text);
        var packed = _folder.Write("packed.data", Archives.Compress(kind, Encoding.UTF8.GetBytes(text)));

        foreach (var partitionBytes in (int[])[1000, 100_000, 4_000_000])
        {
            var options = new RunOptions { Workers = 3, PartitionBytes = partitionBytes };
            await Csv.Scan(plain).With(options).WriteCsvAsync(_folder["a.csv"], TestContext.Current.CancellationToken);
            var report = await Csv.Scan(packed).With(options).WriteCsvAsync(_folder["b.csv"], TestContext.Current.CancellationToken);

            Assert.Equal(20_000, report.Records);
            Assert.Equal(File.ReadAllText(_folder["a.csv"]), File.ReadAllText(_folder["b.csv"]));
            Assert.True(partitionBytes > 1000 || report.Partitions > 10);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scan_SeveralMembers_ReadsAll(CsvCompression kind)
    {
        var lines = Text(3000).Split('\n');
        byte[] packed =
        [
            .. Archives.Compress(kind, Encoding.UTF8.GetBytes(string.Join('\n', lines[..1000]) + "\n12")),
            .. Archives.Compress(kind, Encoding.UTF8.GetBytes("3,\"split\"\n" + string.Join('\n', lines[1000..]))),
        ];

        var report = await Csv.Scan(_folder.Write("in.csv", packed)).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3001, report.Records);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scan_CutAnywhere_Fails(CsvCompression kind)
    {
        var packed = Archives.Compress(kind, Encoding.UTF8.GetBytes(Text(2000)));
        byte[] two = [.. packed, .. packed];
        foreach (var cut in (int[])[10, 11, 12, packed.Length / 2, packed.Length - 1, packed.Length - 4, packed.Length - 8, two.Length - 1, packed.Length + 5, packed.Length + 100])
        {
            var path = _folder.Write("cut.csv", two[..cut]);
            var exception = await Assert.ThrowsAsync<InvalidDataException>(() => Csv.Scan(path).RunAsync(TestContext.Current.CancellationToken));
            Assert.StartsWith(path, exception.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scan_CutBehindTheBeginning_Fails(CsvCompression kind)
    {
        // A cut within the header of the first member, or of the second one.
        var packed = Archives.Compress(kind, "a\n1\n"u8.ToArray());
        byte[] two = [.. packed, .. packed];
        for (var cut = 4; cut < two.Length; cut++)
        {
            if (cut != packed.Length)
            {
                var path = _folder.Write("cut.csv", two[..cut]);
                await Assert.ThrowsAsync<InvalidDataException>(() => Csv.Scan(path, new CsvOptions { Compression = kind }).RunAsync(TestContext.Current.CancellationToken));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scan_SomethingBehindTheData_Fails(CsvCompression kind)
    {
        var path = _folder.Write("in.csv", [.. Archives.Compress(kind, "a\n1\n"u8.ToArray()), .. "trailing garbage"u8]);

        await Assert.ThrowsAsync<InvalidDataException>(() => Csv.Scan(path).RunAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scan_CompressionSaidOfPlainText_Fails(CsvCompression kind)
    {
        var path = _folder.Write("in.csv", "a,b\n1,2\n");

        await Assert.ThrowsAsync<InvalidDataException>(() => Csv.Scan(path, new CsvOptions { Compression = kind }).RunAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Scan_EmptyMembers_AreNothing(CsvCompression kind)
    {
        var empty = Archives.Compress(kind, []);
        var path = _folder.Write("in.csv", [.. empty, .. Archives.Compress(kind, "a\n1\n"u8.ToArray()), .. empty, .. empty, .. Archives.Compress(kind, "2\n"u8.ToArray()), .. empty]);

        Assert.Equal(2, (await Csv.Scan(path).RunAsync(TestContext.Current.CancellationToken)).Records);
    }

    [Fact]
    public async Task Scan_CompressionDenied_ReadsTheBytes()
    {
        var packed = _folder.Write("in.csv", Archives.Compress(CsvCompression.Gzip, Encoding.UTF8.GetBytes("a\n1\n")));

        var report = await Csv.Scan(packed, new CsvOptions { Compression = CsvCompression.None }).With(new RunOptions { BadRows = BadRows.Skip }).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(new FileInfo(packed).Length, report.Bytes);
    }

    [Fact]
    public async Task Scan_ManyFiles_KeepsTheirOrder()
    {
        for (var i = 0; i < 30; i++)
        {
            var bytes = Encoding.UTF8.GetBytes($"a,b\n{i},x\n");
            _folder.Write($"in/{i:00}.csv{(i % 3 == 0 ? ".gz" : "")}", i % 3 == 0 ? Archives.Compress(CsvCompression.Gzip, bytes) : bytes);
        }

        var source = Csv.Files([_folder["in"]], [_folder["in/1*.csv"]], new CsvOptions());
        var rows = await Csv.Scan(source).Select(row => row.GetString(0)).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Enumerable.Range(0, 30).Where(i => i is < 10 or > 19 || i % 3 == 0).Select(i => i.ToString(CultureInfo.InvariantCulture)), rows.Value);
    }

    [Fact]
    public async Task Scan_Bomb_StaysInItsBudget()
    {
        // 200 MB of one record in 200 KB: the limit of a record stops it, long before it is all in memory.
        var packed = Archives.Compress(CsvCompression.Gzip, [.. "a\n"u8, .. new byte[200_000_000].AsSpan()]);
        var path = _folder.Write("bomb.csv.gz", packed);
        packed = null;
        GC.Collect();
        var before = GC.GetTotalAllocatedBytes();

        await Assert.ThrowsAsync<CsvRecordTooLongException>(() => Csv.Scan(path).With(new RunOptions { MaxRecordBytes = 1 << 20, Workers = 1 }).RunAsync(TestContext.Current.CancellationToken));

        Assert.True(GC.GetTotalAllocatedBytes() - before < 32_000_000);
    }

    [Fact]
    public async Task Scan_Stream_ReadsItOnce()
    {
        var source = Csv.Stream(new MemoryStream(Encoding.UTF8.GetBytes(Text(5000))), "upload", new CsvOptions());

        Assert.Equal(5000, (await Csv.Scan(source).With(new RunOptions { PartitionBytes = 5000 }).RunAsync(TestContext.Current.CancellationToken)).Records);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Csv.Scan(source).RunAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Scan_StreamThatFails_TellsItsError()
    {
        var source = Csv.Stream(new Failing(), "socket", new CsvOptions());

        var exception = await Assert.ThrowsAsync<IOException>(() => Csv.Scan(source).RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal("connection lost", exception.Message);
    }

    [Fact]
    public void Read_FileThatShrinks_Fails()
    {
        var path = _folder.Write("in.csv", new byte[1000]);
        using var input = new FileCsvInputSource(path).Open();
        using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            file.SetLength(500);
        }

        Assert.Equal(100, input.Read(new byte[100], 0));
        Assert.Throws<IOException>(() => input.Read(new byte[100], 500));
    }

    [Fact]
    public void Read_FileThatGrows_EndsWhereItEnded()
    {
        var path = _folder.Write("in.csv", new byte[1000]);
        using var input = new FileCsvInputSource(path).Open();
        File.AppendAllText(path, "more");

        Assert.Equal(100, input.Read(new byte[200], 900));
        Assert.Equal(0, input.Read(new byte[200], 1000));
    }

    private static string Text(int records)
    {
        var text = new StringBuilder("id,name\n");
        for (var i = 0; i < records; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{i},\"name {i * 7919 % 10007}{(i % 100 == 0 ? "\n\"\"x\"\"" : "")}\"\n");
        }

        return text.ToString();
    }

    private sealed class Failing : MemoryStream
    {
        private bool _once;

        public override int Read(byte[] buffer, int offset, int count)
        {
            if (_once)
            {
                throw new IOException("connection lost");
            }

            _once = true;
            return Encoding.UTF8.GetBytes("a,b\n1,2\n", buffer.AsSpan(offset, count));
        }
    }
}
