using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

public sealed class EncodingTests : IDisposable
{
    private const string Text = "naïve,b\né,\"日本\n😀\"\nz,\"\"\n";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<Encoding, bool> Marked => new()
    {
        { new UTF8Encoding(true), true },
        { new UTF8Encoding(false), false },
        { new UnicodeEncoding(false, true), true },
        { new UnicodeEncoding(true, true), true },
        { new UTF32Encoding(false, true), true },
        { new UTF32Encoding(true, true), true },
    };

    [Theory]
    [MemberData(nameof(Marked))]
    public async Task Scan_ByteOrderMark_ReadsTheText(Encoding encoding, bool mark)
    {
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes(Text)];

        Assert.Equal(["é|日本\n😀", "z|"], await ReadAsync(bytes, new CsvOptions(), "naïve"));
        Assert.Equal(["é|日本\n😀", "z|"], await ReadAsync(Archives.Compress(CsvCompression.Zstandard, bytes), new CsvOptions(), "naïve"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Scan_Utf16WithoutMark_IsFoundOut(bool bigEndian)
    {
        var encoding = new UnicodeEncoding(bigEndian, byteOrderMark: false);

        Assert.Equal(["1|x", "2|é"], await ReadAsync(encoding.GetBytes("name,other\n1,x\n2,é\n"), new CsvOptions(), "name"));
    }

    [Fact]
    public async Task Scan_Latin1AsSaid_ReadsTheText() =>
        Assert.Equal(["é|ü"], await ReadAsync(Encoding.Latin1.GetBytes("ä,b\né,ü\n"), new CsvOptions { Encoding = Encoding.Latin1 }, "ä"));

    [Fact]
    public async Task Scan_InvalidUtf8_StaysByDefaultAndFailsWhenAsked()
    {
        byte[] bytes = [.. "a,b\n"u8, 0xFF, (byte)',', (byte)'x', (byte)'\n'];

        Assert.Equal(["\uFFFD|x"], await ReadAsync(bytes, new CsvOptions(), "a"));
        await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(bytes, new CsvOptions { InvalidText = InvalidText.Fail }, "a"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4_000_000)]
    public async Task Scan_InvalidUtf8ThatFails_TellsItsPlaceWhateverTheWorkers(int partitionBytes)
    {
        byte[] bytes = [.. "a,b\n"u8, .. Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("é,x\n", 100))), .. "# "u8, 0xC3, .. "\n1,2\n"u8];
        var path = _folder.Write("in.csv", bytes);
        var options = new CsvOptions { InvalidText = InvalidText.Fail, Dialect = new CsvDialect { Comment = '#' } };

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => Csv.Scan(path, options).With(new RunOptions { Workers = 3, PartitionBytes = partitionBytes }).RunAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith($"{path}, line 102, byte {4 + 500 + 2}: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_InvalidHeaderThatFails_TellsItsPlace()
    {
        var path = _folder.Write("in.csv", [.. "made by us\n\na,"u8, 0xFF, .. "\n1,2\n"u8]);

        var exception = await Assert.ThrowsAsync<InvalidDataException>(() => Csv.Scan(path, new CsvOptions { InvalidText = InvalidText.Fail, SkipLines = 1 }).RunAsync(TestContext.Current.CancellationToken));

        Assert.StartsWith($"{path}, line 3, byte 14: ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("a,b\n")]
    [InlineData("\uFEFFa,b")]
    public async Task Scan_NothingButBeginnings_HasNoRecords(string text) =>
        Assert.Empty(await ReadAsync(Encoding.UTF8.GetBytes(text), new CsvOptions(), null));

    [Fact]
    public async Task Scan_MarkInEachFileOfAGlob_IsNoData()
    {
        _folder.Write("g/1.csv", "\uFEFF\"a\",b\n1,2\n");
        _folder.Write("g/2.csv", "\uFEFF\"a\",b\n3,4\n");

        var rows = await Csv.Scan(_folder["g/*.csv"]).Select(row => row.GetString("a")).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["1", "3"], rows.Value);
    }

    private async Task<List<string>> ReadAsync(byte[] bytes, CsvOptions options, string? firstColumn)
    {
        var path = _folder.Write("in.csv", bytes);
        var rows = await Csv.Scan(path, options).With(new RunOptions { PartitionBytes = 8, Workers = 2 })
            .Select(row => (firstColumn is null ? row.GetString(0) : row.GetString(firstColumn)) + "|" + row.GetString(1))
            .ToListAsync(TestContext.Current.CancellationToken);
        return rows.Value;
    }

    [Fact]
    public async Task Then_SourcesOfTwoEncodings_AreReadInOrder()
    {
        var first = Csv.Files(_folder.Write("utf8.csv", "a\né\n"), new CsvOptions());
        var next = Csv.Files(_folder.Write("latin1.csv", Encoding.Latin1.GetBytes("a\nü\n")), new CsvOptions { Encoding = Encoding.Latin1 });

        var read = await Csv.Scan(first.Then(next)).Select(row => row.GetString(0)).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["é", "ü"], read.Value);
        Assert.Equal([.. first.Names, .. next.Names], first.Then(next).Names);
    }

    [Fact]
    public void Then_OtherDialect_IsRefused()
    {
        var path = _folder.Write("in.csv", "a\n");
        var other = Csv.Files(path, new CsvOptions { Dialect = new CsvDialect { Delimiter = ';' } });

        Assert.Contains("one run reads all of them in one dialect", Assert.Throws<ArgumentException>(() => Csv.Files(path, new CsvOptions()).Then(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Then_OtherEncodingThanTheCheckpoint_IsRefused()
    {
        var path = _folder.Write("in.csv", Encoding.Latin1.GetBytes("a\nü\nx\"y\n"));
        var first = Csv.Files(_folder.Write("first.csv", "a\né\n"), new CsvOptions());
        Task<RunReport> Run(Encoding encoding) => Csv.Scan(first.Then(Csv.Files(path, new CsvOptions { Encoding = encoding })))
            .With(new RunOptions { CheckpointFolder = _folder["check"], CheckpointPartitions = 1 }).WriteCsvAsync(_folder["out.csv"], new CsvWriteOptions(), TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<CsvBadRowException>(() => Run(Encoding.Latin1));
        var exception = await Assert.ThrowsAsync<CsvCheckpointException>(() => Run(Encoding.Unicode));

        Assert.Contains("input 2", exception.Message, StringComparison.Ordinal);
    }
}
