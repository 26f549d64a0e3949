using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Checks;

public class CheckTests
{
    [Fact]
    public async Task CheckAsync_DirtyFile_ShowsTheFirstOfEachKind()
    {
        var source = Csv.Memory(Encoding.UTF8.GetBytes("State,Year,Cost,Species\nTX,2020,1,a\nTX,x,1,a\nTX,y,1,a\nTX,2020\nTX,2020,1,a\"b\nNY,2021,2,\"open\n"), new CsvOptions());

        var report = await Csv.CheckAsync<Outputs.Strike>(source, TestContext.Current.CancellationToken);

        Assert.Equal(6, report.Run.Records);
        Assert.Equal([(BadRowReason.Field, 2L), (BadRowReason.FieldCount, 1L), (BadRowReason.StrayQuote, 1L), (BadRowReason.UnterminatedQuote, 1L)],
            report.Faults.Select(fault => (fault.Reason, fault.Count)));
        Assert.Equal("TX,x,1,a\n   ^", report.Faults[0].Picture);
        Assert.Equal(3, report.Faults[0].First.Line);
        Assert.Equal("TX,2020\n       ^", report.Faults[1].Picture);
        Assert.Equal("TX,2020,1,a\"b\n           ^", report.Faults[2].Picture);
        Assert.Equal("          ^", report.Faults[3].Picture.Split('\n')[^1]);
        Assert.Contains("2 x Field in column 'Year'", report.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TX,\tx,1,a", "TX,\u2409x,1,a\n   ^")]
    [InlineData("日本,x,1,a", "日本,x,1,a\n     ^")]
    [InlineData("e\u0301,x,1,a", "e\u0301,x,1,a\n  ^")]
    [InlineData("😀,x,1,a", "😀,x,1,a\n   ^")]
    [InlineData("\u001b[2J\u009b\u202e\u007f,\u001b]0;x,1,a", "\u241b[2J\uFFFD\uFFFD\u2421,\u241b]0;x,1,a\n        ^")]
    [InlineData("\"a\nb\",x,1,a", "\"a\u240ab\",x,1,a\n      ^")]
    public async Task CheckAsync_TextOfAnyKind_HasItsCaretUnderTheFaultAndIsHarmless(string record, string picture)
    {
        var report = await Csv.CheckAsync<Outputs.Strike>(Csv.Memory(Encoding.UTF8.GetBytes($"State,Year,Cost,Species\n{record}\n"), new CsvOptions()), TestContext.Current.CancellationToken);

        Assert.Equal(picture, report.Faults[0].Picture);
        Assert.DoesNotContain(report.ToString(), character => character != '\n' && char.GetUnicodeCategory(character) is System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format);
    }

    [Fact]
    public async Task CheckAsync_VeryLongLine_ShowsWhatIsAroundTheFault()
    {
        var text = $"State,Year,Cost,Species\n{new string('x', 50_000)}é{new string('日', 100)},bad,1,{new string('y', 50_000)}\n";

        var report = await Csv.CheckAsync<Outputs.Strike>(Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions()), TestContext.Current.CancellationToken);

        var lines = report.Faults[0].Picture.Split('\n');
        Assert.Equal($"…{new string('日', 19)},bad,1,{new string('y', 55)}…", lines[0]);
        Assert.Equal(new string(' ', 40) + "^", lines[1]);
    }

    // The names of the schema, the order of the file, and a file that only is a stream.
    [Fact]
    public async Task CheckAsync_OtherOrderAndCompressed_HasItsCaretUnderTheFault()
    {
        var first = Csv.Memory("State,Year,Cost,Species\nTX,2020,1,a\n"u8.ToArray(), new CsvOptions());
        var second = Csv.Memory(Inputs.Archives.Compress(CsvCompression.Gzip, "Species,cost,STATE,year\na,1,TX,x\n"u8.ToArray()), new CsvOptions());

        var report = await Csv.CheckAsync<Outputs.Strike>(first.Then(second), TestContext.Current.CancellationToken);

        Assert.Equal("a,1,TX,x\n       ^", Assert.Single(report.Faults).Picture);
    }

    [Fact]
    public async Task CheckAsync_BackslashEscapes_AreNamedWithTheOptionThatReadsThem()
    {
        var bytes = "a,b\n1,\"x \\\"y\\\" z\"\n"u8.ToArray();

        var report = await Csv.CheckAsync(Csv.Memory(bytes, new CsvOptions()), TestContext.Current.CancellationToken);

        Assert.Contains("CsvDialect.Escape", report.Faults[0].Advice, StringComparison.Ordinal);
        Assert.True((await Csv.CheckAsync(Csv.Memory(bytes, new CsvOptions { Dialect = new CsvDialect { Escape = '\\' } }), TestContext.Current.CancellationToken)).IsClean);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4000)]
    public async Task CheckAsync_Text_TellsOfNulInvalidTextAndMixedLineEnds(int partitionBytes)
    {
        byte[] bytes = [.. "a,b\n1,2\r\nx\0,y\nz\0,"u8, 0xC3, .. "\nq,r\rs,t\r\n\n5,6"u8];

        // Sees every boundary of partitions and buffers.
        var source = Csv.Memory(bytes, new CsvOptions());
        var report = await Csv.CheckAsync(Csv.Scan(source).With(new RunOptions { PartitionBytes = partitionBytes, Workers = 2, BufferBytes = 64 }), TestContext.Current.CancellationToken);

        Assert.True(report.IsClean);
        Assert.Equal(0, report.Run.BadRecords);
        Assert.Equal(["NulByte 2 line 3", "InvalidText 1 line 4", "LineEnd 2 line 2", "LineEnd 1 line 5"], report.Faults.Select(fault => $"{fault.Reason} {fault.Count} line {fault.First.Line}"));
        Assert.Equal("x\u2400,y\n ^", report.Faults[0].Picture);
        Assert.Equal("z\u2400,\uFFFD\n   ^", report.Faults[1].Picture);
        Assert.Contains("2 x NulByte (taken as it is)", report.ToString(), StringComparison.Ordinal);
        Assert.Contains("the line ends with CRLF", report.Faults[2].First.Message, StringComparison.Ordinal);

        var strict = await Csv.CheckAsync(Csv.Memory(bytes, new CsvOptions { NulBytes = NulBytes.Reject }), TestContext.Current.CancellationToken);
        Assert.False(strict.IsClean);
        Assert.Equal((BadRowReason.NulByte, 2L, true), (strict.Faults[0].Reason, strict.Faults[0].Count, strict.Faults[0].IsBad));
    }

    [Fact]
    public async Task CheckAsync_CleanFile_IsClean()
    {
        var report = await Csv.CheckAsync(Csv.Memory("a,b\n1,\"2\"\n"u8.ToArray(), new CsvOptions()), TestContext.Current.CancellationToken);

        Assert.True(report.IsClean);
        Assert.Equal("1 records, 0 of them bad\n", report.ToString());
    }

    [Theory]
    [InlineData(0.001, true)]
    [InlineData(0.5, false)]
    public async Task RunAsync_ShareOfBadRows_IsALimit(double share, bool fails)
    {
        var text = "a,b\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => i % 100 == 0 ? "1\n" : "1,2\n"));
        var query = Csv.Scan(Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions())).With(new RunOptions { BadRows = BadRows.Skip with { MaxShare = share } });

        if (fails)
        {
            var exception = await Assert.ThrowsAsync<CsvBadRowException>(() => query.RunAsync(TestContext.Current.CancellationToken));
            Assert.Equal("20 of 2000 records are bad, more than a share of 0.001.", exception.Message);
        }
        else
        {
            Assert.Equal(20, (await query.RunAsync(TestContext.Current.CancellationToken)).BadRecords);
        }
    }
}
