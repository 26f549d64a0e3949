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
