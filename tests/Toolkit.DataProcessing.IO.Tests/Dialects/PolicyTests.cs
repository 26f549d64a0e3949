using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Dialects;

public sealed class PolicyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SkipLines_Preamble_IsLeftOutAndCounted()
    {
        var options = new CsvOptions { SkipLines = 3 };
        var source = Csv.Memory("\uFEFFReport \"of, today\r\n\r\n\",,,\"\"\"\na,b\n1,2\n3\n"u8.ToArray(), options);

        Assert.Equal(["1|2"], await ReadAsync(source));
        var bad = Assert.Single(await BadAsync(source));
        Assert.Equal(6, bad.Line);
    }

    [Theory]
    [InlineData("x\n", 5)]
    [InlineData("", 1)]
    public async Task SkipLines_BeyondTheEnd_HasNoRecords(string text, int lines) =>
        Assert.Empty(await ReadAsync(Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions { SkipLines = lines })));

    [Fact]
    public async Task ColumnNames_InPlaceOfAHeader_AreUsed()
    {
        string[] names = ["a", "b"];
        Assert.Equal(["1|2"], await ReadAsync(Csv.Memory("x,y\n1,2\n"u8.ToArray(), new CsvOptions { ColumnNames = names }), "a", "b"));
        Assert.Equal(["x|y", "1|2"], await ReadAsync(Csv.Memory("x,y\n1,2\n"u8.ToArray(), new CsvOptions { ColumnNames = names, HasHeader = false }), "a", "b"));
        Assert.Single(await BadAsync(Csv.Memory("x,y,z\n"u8.ToArray(), new CsvOptions { ColumnNames = names, HasHeader = false })));
    }

    [Fact]
    public async Task DuplicateNames_EachPolicy_DoesWhatItSays()
    {
        static CsvSource Source(DuplicateNames policy) => Csv.Memory("a,b,a,a_1\n1,2,3,4\n"u8.ToArray(), new CsvOptions { DuplicateNames = policy });
        Assert.Equal(["2|4"], await ReadAsync(Source(DuplicateNames.Ambiguous), "b", "a_1"));
        var exception = await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(Source(DuplicateNames.Ambiguous), "a", "b"));
        Assert.Contains("at the positions 0, 2", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["1|2"], await ReadAsync(Source(DuplicateNames.First), "a", "b"));
        Assert.Equal(["1|3"], await ReadAsync(Source(DuplicateNames.Rename), "a", "a_2"));
        await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(Source(DuplicateNames.Reject), "b", "b"));
        await Assert.ThrowsAsync<CsvHeaderException>(() => Csv.Scan<Pair>(Source(DuplicateNames.Ambiguous)).RunAsync(TestContext.Current.CancellationToken));
        var first = await Csv.Scan<Pair>(Source(DuplicateNames.First)).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new Pair("1", "2"), Assert.Single(first.Value));
    }

    [Fact]
    public async Task EmptyNames_EachPolicy_DoesWhatItSays()
    {
        static CsvSource Source(EmptyNames policy) => Csv.Memory("a,,\"\"\n1,2,3\n"u8.ToArray(), new CsvOptions { EmptyNames = policy });
        Assert.Equal(["2|3"], await ReadAsync(Source(EmptyNames.Number), "column1", "column2"));
        await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(Source(EmptyNames.Keep), "a", ""));
        var exception = await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(Source(EmptyNames.Reject), "a", "a"));
        Assert.StartsWith("memory: The column at position 1 ", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b,\n1,2,\n3,4,\n")]
    [InlineData("a,b\n1,2,\n3,4,\n")]
    [InlineData("a,b,\n1,2\n3,4\n")]
    public async Task IgnoreTrailingDelimiter_AtTheEnd_BeginsNoField(string text)
    {
        var source = Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions { IgnoreTrailingDelimiter = true });

        Assert.Equal(["1|2", "3|4"], await ReadAsync(source, "a", "b"));
        Assert.Empty(await BadAsync(source));
        await Csv.Scan(source).WriteCsvAsync(_folder["out.csv"], TestContext.Current.CancellationToken);
        Assert.Equal("a,b\n1,2\n3,4\n", File.ReadAllText(_folder["out.csv"]));
    }

    [Fact]
    public async Task IgnoreTrailingDelimiter_TwoOrAValue_AreStillTooMany() =>
        Assert.Equal(["1,2,,", "1,2,x", "1,2,\"\""], (await BadAsync(Csv.Memory("a,b\n1,2,,\n1,2,x\n1,2,\"\"\n"u8.ToArray(), new CsvOptions { IgnoreTrailingDelimiter = true })))
            .Select(row => Encoding.UTF8.GetString(row.Raw.Span)));

    [Theory]
    [InlineData(RaggedRows.Reject, "1|2")]
    [InlineData(RaggedRows.Pad, "1|2 3|")]
    [InlineData(RaggedRows.Truncate, "1|2 4|5")]
    [InlineData(RaggedRows.Fit, "1|2 3| 4|5")]
    public async Task RaggedRows_EachPolicy_DoesWhatItSays(RaggedRows policy, string expected) =>
        Assert.Equal(expected, string.Join(' ', await ReadAsync(Csv.Memory("a,b\n1,2\n3\n4,5,6\n"u8.ToArray(), new CsvOptions { RaggedRows = policy }), "a", "b")));

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(4000)]
    public async Task NulBytes_Rejected_AreBadRecordsWithColumnAndByte(int partitionBytes)
    {
        var bytes = Encoding.UTF8.GetBytes("a,b\n1,2\nx\0,y\n3,\"\n\0\"\n4,5\n");
        Assert.Equal(4, (await ReadAsync(Csv.Memory(bytes, new CsvOptions()))).Count);
        var source = Csv.Memory(bytes, new CsvOptions { NulBytes = NulBytes.Reject });

        Assert.Equal(["1|2", "4|5"], await ReadAsync(source, 0, 1, partitionBytes));
        Assert.Equal(["a:NulByte:3:byte 9 is NUL", "b:NulByte:4:byte 17 is NUL"], (await BadAsync(source, partitionBytes)).Select(row => $"{row.Column}:{row.Reason}:{row.Line}:{row.Message}"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4000)]
    public async Task InvalidText_Rejected_IsABadRecord(int partitionBytes)
    {
        byte[] bytes = [.. "a,b\né,2\nx,"u8, 0xC3, .. "\n3,4\n"u8];
        var source = Csv.Memory(bytes, new CsvOptions { InvalidText = InvalidText.Reject });

        Assert.Equal(["é|2", "3|4"], await ReadAsync(source, 0, 1, partitionBytes));
        var bad = Assert.Single(await BadAsync(source, partitionBytes));
        Assert.Equal(("b", BadRowReason.InvalidText, 3L, 11), (bad.Column, bad.Reason, bad.Line, int.Parse(bad.Message.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task ColumnMatching_EachPolicy_DoesWhatItSays()
    {
        _folder.Write("in/1.csv", "a,b\n1,2\n");
        _folder.Write("in/2.csv", "b,a\n3,4\n");
        CsvSource Source(ColumnMatching policy) => Csv.Files(_folder["in/*.csv"], new CsvOptions { ColumnMatching = policy });

        Assert.Equal(["1|2", "4|3"], await ReadAsync(Source(ColumnMatching.ByName), "a", "b"));
        Assert.Equal(["1|2", "3|4"], await ReadAsync(Source(ColumnMatching.ByPosition), "a", "b"));
        var typed = await Csv.Scan<Pair>(Source(ColumnMatching.ByPosition)).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal([new Pair("1", "2"), new Pair("3", "4")], typed.Value);
        var exception = await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(Source(ColumnMatching.Same), "a", "b"));
        Assert.StartsWith(_folder["in/2.csv"] + ": The header is another one than that of the first input, from position 0 on: 'b', 'a' instead of 'a', 'b'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ColumnMatching_ByPositionWithFewerColumns_IsRefused()
    {
        _folder.Write("in/1.csv", "a,b\n1,2\n");
        _folder.Write("in/2.csv", "b\n3\n");

        var exception = await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(Csv.Files(_folder["in/*.csv"], new CsvOptions { ColumnMatching = ColumnMatching.ByPosition }), "a", "b"));

        Assert.Contains("The header has 1 column, that of the first input 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingColumns_Empty_ReadsAsEmptyAndWritesNull()
    {
        _folder.Write("in/1.csv", "a,b\n1,2\n");
        _folder.Write("in/2.csv", "b\n3\n");
        var source = Csv.Files(_folder["in/*.csv"], new CsvOptions { MissingColumns = MissingColumns.Empty });

        Assert.Equal(["1|2", "|3"], await ReadAsync(source, "a", "b"));
        var typed = await Csv.Scan<Pair>(source).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal("3", typed.Value[1].B);
        await Csv.Scan(source).WriteCsvAsync(_folder["out.csv"], new CsvWriteOptions(), TestContext.Current.CancellationToken);
        Assert.Equal("a,b\n1,2\n,3\n", File.ReadAllText(_folder["out.csv"]));
        await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(source, "a", "misspelt"));
        var strict = Csv.Files(_folder["in/*.csv"], new CsvOptions());
        await Assert.ThrowsAsync<CsvHeaderException>(() => ReadAsync(strict, "a", "b"));
    }

    [Fact]
    public async Task Write_LaterInputHasMoreColumns_IsRefused()
    {
        _folder.Write("in/1.csv", "a\n1\n");
        _folder.Write("in/2.csv", "a,b\n3,4\n");
        var source = Csv.Files(_folder["in/*.csv"], new CsvOptions { MissingColumns = MissingColumns.Empty });

        var exception = await Assert.ThrowsAsync<CsvHeaderException>(() => Csv.Scan(source).WriteCsvAsync(_folder["out.csv"], new CsvWriteOptions(), TestContext.Current.CancellationToken));

        Assert.Contains("column 'b', which the first one lacks", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task BlankLines_InOneColumn_ByPolicy()
    {
        var bytes = "a\n1\n\n2\n"u8.ToArray();
        static Task<CsvResult<List<string>>> Read(byte[] bytes, bool skip) =>
            Csv.Scan(Csv.Memory(bytes, new CsvOptions { SkipBlankLines = skip })).Select(row => row.GetString(0)).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["1", "2"], (await Read(bytes, skip: true)).Value);
        Assert.Equal(["1", "", "2"], (await Read(bytes, skip: false)).Value);
    }

    [Theory]
    [InlineData(',', ',')]
    [InlineData(',', '"')]
    public void Comment_ThatIsTakenAlready_IsRefused(char delimiter, char comment) =>
        Assert.Throws<ArgumentException>(() => Csv.Memory(default, new CsvOptions { Dialect = new CsvDialect { Delimiter = delimiter, Comment = comment } }));

    private static Task<List<string>> ReadAsync(CsvSource source, string first, string second) => ReadAsync(source, row => row.GetString(first) + "|" + row.GetString(second), 4_000_000);

    private static Task<List<string>> ReadAsync(CsvSource source, int first = 0, int second = 1, int partitionBytes = 4_000_000) =>
        ReadAsync(source, row => row.GetString(first) + "|" + row.GetString(second), partitionBytes);

    private static async Task<List<string>> ReadAsync(CsvSource source, Func<Utf8Row, string> read, int partitionBytes)
    {
        var options = new RunOptions { BadRows = BadRows.Skip, PartitionBytes = partitionBytes, Workers = 2 };
        return (await Csv.Scan(source).With(options).Select(read).ToListAsync(TestContext.Current.CancellationToken)).Value;
    }

    private static async Task<List<BadRow>> BadAsync(CsvSource source, int partitionBytes = 4_000_000)
    {
        var rows = new List<BadRow>();
        await Csv.Scan(source).With(new RunOptions { BadRows = BadRows.Skip, OnBadRow = rows.Add, PartitionBytes = partitionBytes, Workers = 2 }).RunAsync(TestContext.Current.CancellationToken);
        return rows;
    }
}

[CsvRecord]
public readonly partial record struct Pair(string A, string B);
