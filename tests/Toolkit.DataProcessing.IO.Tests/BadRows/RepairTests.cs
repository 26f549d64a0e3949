using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.BadRowTests;

public sealed class RepairTests
{
    private const string Text = "State,Year,Cost,Species\nTX,2020,1,a\nTX,x,2,b\nTX,2021\nNY,2022,3,c\"d\nNY,2023,4,e\n";

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(1000, 3)]
    public async Task Scan_RepairMendsEachKind_KeepsOrder(int partitionBytes, int workers)
    {
        var options = new RunOptions { BadRows = BadRows.Fail with { Repair = Mend }, PartitionBytes = partitionBytes, Workers = workers };

        var result = await Csv.Scan<Outputs.Strike>(Source(Text)).With(options).Select(s => $"{s.State} {s.Year} {s.Cost} {s.Species}").ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["TX 2020 1 a", "TX 1999 2 b", "TX 2021 0 none", "NY 2022 3 c\"d", "NY 2023 4 e"], result.Value);
        Assert.Equal((5L, 0L, 3L), (result.Report.Records, result.Report.BadRecords, result.Report.RepairedRecords));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1000)]
    public async Task Scan_UntypedRows_AreMendedWhereTheyFail(int partitionBytes)
    {
        var options = new RunOptions { BadRows = BadRows.Fail with { Repair = Mend }, PartitionBytes = partitionBytes, Workers = 2 };

        var result = await Csv.Scan(Source(Text)).With(options).Where(row => row.GetInt32("Year") > 0).Select(row => row.GetString("Year") + row.ByteOffset).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["202024", "199936", "202145", "202253", "202367"], result.Value);
        Assert.Equal(3, result.Report.RepairedRecords);
    }

    [Fact]
    public async Task WriteCsvAsync_MendedRecords_AreWritten()
    {
        using var folder = new TemporaryFolder();
        var options = new RunOptions { BadRows = BadRows.Fail with { Repair = Mend } };

        await Csv.Scan(Source(Text)).With(options).Where(row => row.GetInt32("Year") > 0).WriteCsvAsync(folder["out.csv"], TestContext.Current.CancellationToken);

        Assert.Equal("State,Year,Cost,Species\nTX,2020,1,a\nTX,1999,2,b\nTX,2021,0,none\nNY,2022,3,\"c\"\"d\"\nNY,2023,4,e\n", File.ReadAllText(folder["out.csv"]));
    }

    [Theory]
    [InlineData("", "there is nothing")]
    [InlineData("a\nb", "there is more than one record")]
    [InlineData("TX,2020", "the record has 2 fields, the header 4")]
    [InlineData("TX,2020,1,\"a", "a field is never closed")]
    [InlineData("TX,2020,1,a\"", "a quote where none may be")]
    [InlineData("TX,z,1,a", "'z'")]
    public async Task Scan_MendedRecordIsBadToo_RejectsTheOriginalWithBoth(string mended, string fault)
    {
        foreach (var bad in (string[])["TX,x,2,b", "TX,2021", "NY,2022,3,c\"d"])
        {
            var rows = new List<BadRow>();
            var options = new RunOptions { BadRows = BadRows.Skip with { Repair = _ => Encoding.UTF8.GetBytes(mended) }, OnBadRow = rows.Add };

            var report = await Csv.Scan<Outputs.Strike>(Source("State,Year,Cost,Species\nNY,2020,1,a\n" + bad + "\nNY,2021,1,a\n")).With(options).RunAsync(TestContext.Current.CancellationToken);

            var row = Assert.Single(rows);
            Assert.Equal(bad, Encoding.UTF8.GetString(row.Raw.Span));
            Assert.Equal((3L, 36L), (row.Line, row.ByteOffset));
            Assert.Contains("; and in the mended record, ", row.Message, StringComparison.Ordinal);
            Assert.Contains(fault, row.Message, StringComparison.Ordinal);
            Assert.Equal((3L, 1L, 0L), (report.Records, report.BadRecords, report.RepairedRecords));
        }
    }

    [Fact]
    public async Task Scan_RepairThatThrows_FailsTheRun()
    {
        var options = new RunOptions { BadRows = BadRows.Skip with { Repair = _ => throw new InvalidOperationException("hook") } };

        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Csv.Scan<Outputs.Strike>(Source(Text)).With(options).RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal("hook", exception.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Scan_ManyMendedRecords_EqualTheMendedFile(int seed)
    {
        var random = new Random(seed);
        var dirty = new StringBuilder("State,Year,Cost,Species\n");
        var clean = new StringBuilder("State,Year,Cost,Species\n");
        for (var i = 0; i < 3000; i++)
        {
            var (bad, good) = random.Next(5) switch
            {
                0 => ($"S{i},x,2,b\r\n", $"S{i},1999,2,b\n"),
                1 => ($"S{i},2021\n", $"S{i},2021,0,none\n"),
                2 => ($"S{i},2022,3,c\"d\n", $"S{i},2022,3,\"c\"\"d\"\n"),
                _ => ($"S{i},2023,4,\"e\n,\"\n", $"S{i},2023,4,\"e\n,\"\n"),
            };
            dirty.Append(bad);
            clean.Append(good);
        }

        var options = new RunOptions { Workers = 3, PartitionBytes = random.Next(1, 5000), BadRows = BadRows.Fail with { Repair = Mend }, BufferBytes = 256 };
        Task<CsvResult<List<string>>> Read(string text) =>
            Csv.Scan<Outputs.Strike>(Source(text)).With(options).Select(s => $"{s.State} {s.Year} {s.Cost} {s.Species}").ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal((await Read(clean.ToString())).Value, (await Read(dirty.ToString())).Value);
    }

    private static CsvSource Source(string text) => Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions());

    private static ReadOnlyMemory<byte>? Mend(BadRow row)
    {
        var text = Encoding.UTF8.GetString(row.Raw.Span);
        return Encoding.UTF8.GetBytes(row.Reason switch
        {
            BadRowReason.Field => text.Replace(",x,", ",1999,", StringComparison.Ordinal),
            BadRowReason.FieldCount => text + ",0,none\n",
            _ => text.Replace("c\"d", "\"c\"\"d\"", StringComparison.Ordinal),
        });
    }
}
