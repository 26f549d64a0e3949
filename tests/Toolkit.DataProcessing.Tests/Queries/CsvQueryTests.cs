using System.Text;

namespace Toolkit.DataProcessing.Tests.Queries;

[CsvRecord]
public readonly partial record struct Trip([CsvColumn("payment_type")] int Payment, [CsvColumn("total_amount")] double Total, string Zone);

public sealed class CsvQueryTests
{
    private const string Trips = "payment_type,zone,total_amount\n1,North,10.5\n2,South,20\n1,\"New\nWest\",1.25\n3,North,-4\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AggregateAsync_TypedRows_GivesTheTuple()
    {
        var result = await Scan<Trip>(Trips).Where(trip => trip.Total > 0)
            .AggregateAsync(a => a.Count(), a => a.Sum(trip => trip.Total), a => a.Max(trip => trip.Payment), Token);

        Assert.Equal((3L, 31.75, 2), result.Value);
        Assert.Equal(4, result.Report.Records);
        Assert.Equal(Trips.Length, result.Report.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task GroupBy_SelectedKey_GroupsInOrderOfFirstAppearance(int workers)
    {
        var groups = await Scan<Trip>(Trips).With(new RunOptions { Workers = workers, PartitionBytes = 7 })
            .GroupBy(trip => trip.Payment).AggregateAsync(a => a.Count(), a => a.Sum(trip => trip.Total), Token);

        Assert.Equal([(1, (2L, 11.75)), (2, (1L, 20)), (3, (1L, -4))], groups.Select(group => (group.Key, group.Value)));
        Assert.Equal(3, groups.Count);
    }

    [Fact]
    public async Task GroupBy_ColumnsOfTheFile_ComparesTheirBytes()
    {
        var one = await Scan<Trip>(Trips).GroupBy("zone").AggregateAsync(a => a.Count(), Token);
        var two = await Scan(Trips).GroupBy("zone", "payment_type").AggregateAsync(a => a.Sum(row => row.GetDouble("total_amount")), Token);

        Assert.Equal([("North", 2L), ("South", 1L), ("New\nWest", 1L)], one.Select(group => (group.Key, group.Value)));
        Assert.Equal([(("North", "1"), 10.5), (("South", "2"), 20), (("New\nWest", "1"), 1.25), (("North", "3"), -4)], two.Select(group => (group.Key, group.Value)));
    }

    [Fact]
    public async Task AggregateAsync_BadRows_FailByDefaultWithTheirPlace()
    {
        var exception = await Assert.ThrowsAsync<CsvBadRowException>(() =>
            Scan<Trip>("payment_type,zone,total_amount\n1,\"x\ny\",2\n1,y,oops\n").RunAsync(Token));

        Assert.Equal("total_amount", exception.Row!.Column);
        Assert.Equal(4, exception.Row.Line);
        Assert.Equal(41, exception.Row.ByteOffset);
        Assert.Contains("line 4, byte 41", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_BadRows_KeepsThemWithTheirPlaceAndTheRestGoesOn()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", "payment_type,zone,total_amount\n1,a,2\n1,y,oops\n1,\"a\"b,3\n1,2\n\n4,\"q,\"\"\",5\n");
        var result = await Csv.Scan<Trip>(path).With(new RunOptions { BadRows = BadRows.Quarantine(folder["bad.csv"]) })
            .AggregateAsync(a => a.Sum(trip => trip.Payment), Token);

        Assert.Equal(5, result.Value);
        Assert.Equal((5, 3), (result.Report.Records, result.Report.BadRecords));
        var bad = await Csv.Scan(folder["bad.csv"])
            .Select(row => (row.GetInt32("line"), row.GetInt64("byte_offset"), row.GetString("column"), row.GetString("reason"), row.GetString("record"))).ToListAsync(Token);
        Assert.Equal(
            [(3, 37L, "total_amount", "Field", "1,y,oops"), (4, 46L, "zone", "StrayQuote", "1,\"a\"b,3"), (5, 55L, "", "FieldCount", "1,2")], bad.Value);
        Assert.Equal(["bad.csv", "in.csv"], folder.Files);
    }

    [Fact]
    public async Task Untyped_FieldThatIsNoNumber_MakesABadRow()
    {
        var result = await Scan("a,b\n1,2\nx,3\n4,5\n").With(new RunOptions { BadRows = BadRows.Skip, Workers = 1 })
            .Where(row => row.GetInt64("a") > 0).AggregateAsync(a => a.Sum(row => row.GetInt32(1)), Token);

        Assert.Equal(7, result.Value);
        Assert.Equal(1, result.Report.BadRecords);
    }

    [Fact]
    public async Task BadRows_MoreThanAllowed_FailTheRun()
    {
        var exception = await Assert.ThrowsAsync<CsvBadRowException>(() => Scan("a,b\n1\n2\n3,4\n")
            .With(new RunOptions { BadRows = BadRows.Skip with { MaxCount = 1 } }).RunAsync(Token));

        Assert.Contains("more than 1", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WriteCsvAsync_Filter_KeepsTheRecordsAsTheyAre()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", "column,\"a,b\"\r\n11,\"x\"\"y\"\r\n3,z\r\n12,\"p\r\nq\"");
        var report = await Csv.Scan(path).Where(row => row.GetInt64("column") > 10).WriteCsvAsync(folder["out.csv"], Token);

        Assert.Equal("column,\"a,b\"\n11,\"x\"\"y\"\n12,\"p\r\nq\"\n", await File.ReadAllTextAsync(folder["out.csv"], Token));
        Assert.Equal(3, report.Records);
        Assert.Equal(["in.csv", "out.csv"], folder.Files);
    }

    [Fact]
    public async Task WriteCsvAsync_UserCodeThrows_LeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", "a\n1\n");
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() =>
            Csv.Scan(path).Where(row => throw new InvalidTimeZoneException()).WriteCsvAsync(folder["out.csv"], Token));

        Assert.Equal(["in.csv"], folder.Files);
    }

    [Fact]
    public async Task Scan_Glob_ReadsFilesInOrderEachWithItsOwnHeader()
    {
        using var folder = new TemporaryFolder();
        folder.Write("t-2.csv", "\uFEFFzone,total_amount,payment_type\nb,2,20\n");
        folder.Write("t-1.csv", Trips);
        folder.Write("t-3.csv", "");
        var rows = await Csv.Scan<Trip>(folder["t-*.csv"]).ToListAsync(Token);

        Assert.Equal(["North", "South", "New\nWest", "North", "b"], rows.Value.Select(trip => trip.Zone));
        Assert.Equal(20, rows.Value[^1].Payment);
        Assert.Throws<FileNotFoundException>(() => Csv.Scan(folder["none-*.csv"]));
    }

    [Fact]
    public async Task ToAsyncEnumerable_LeftEarly_StopsTheRun()
    {
        var text = "n\n" + string.Concat(Enumerable.Range(0, 10_000).Select(i => $"{i}\n"));
        var seen = 0;
        await foreach (var n in Scan(text).With(new RunOptions { PartitionBytes = 100, Workers = 3 }).Select(row => row.GetInt32(0)).ToAsyncEnumerable(Token))
        {
            Assert.Equal(seen++, n);
            if (seen == 500)
            {
                break;
            }
        }

        Assert.Equal(500, seen);
    }

    [Fact]
    public async Task ForEachPartitionAsync_ActionFails_ItsErrorComesOut()
    {
        var text = "n\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"{i}\n"));
        var query = Scan(text).With(new RunOptions { PartitionBytes = 50, Workers = 2 }).Select(row => row.GetInt32(0));
        var sum = 0;
        await query.ForEachPartitionAsync((rows, _) =>
        {
            Interlocked.Add(ref sum, rows.Sum());
            return ValueTask.CompletedTask;
        }, Token);
        Assert.Equal(999 * 1000 / 2, sum);

        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => query.ForEachPartitionAsync((rows, _) =>
            rows.Contains(400) ? throw new InvalidTimeZoneException() : ValueTask.CompletedTask, Token));
    }

    [Fact]
    public async Task RunAsync_CancelledAlready_ReadsNothing()
    {
        var progress = new Reports();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Scan(Trips).With(new RunOptions { Progress = progress }).RunAsync(new CancellationToken(true)));
        Assert.Empty(progress.All);
    }

    [Fact]
    public async Task RunAsync_CancelledInTheMiddle_StopsAndLeavesNothing()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", "n\n" + string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{i}\n")));
        using var stop = new CancellationTokenSource();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Csv.Scan(path).With(new RunOptions { PartitionBytes = 100, Workers = 3, BadRows = BadRows.Quarantine(folder["bad.csv"]) })
            .Where(row =>
            {
                if (row.GetInt32(0) == 5000)
                {
                    stop.Cancel();
                }

                return true;
            }).WriteCsvAsync(folder["out.csv"], stop.Token));
        Assert.Equal(["in.csv"], folder.Files);
    }

    [Fact]
    public async Task RunAsync_CancelledWithinALargePartition_LooksAtNoMoreThanTheRestOfItsBuffers()
    {
        const int Workers = 2;
        const int BatchBytes = 128 * 1024;
        const string Record = "1234567\n";
        var text = "n\n" + string.Concat(Enumerable.Repeat(Record, 2_000_000));
        using var stop = new CancellationTokenSource();
        var (seen, seenBefore) = (0L, 0L);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Scan(text).With(new RunOptions { Workers = Workers, PartitionBytes = 8_000_000 }).Where(row =>
        {
            if (Interlocked.Increment(ref seen) == 50_000)
            {
                stop.Cancel();
                Interlocked.Exchange(ref seenBefore, Interlocked.Read(ref seen));
            }

            return true;
        }).RunAsync(stop.Token));
        Assert.InRange(seen - seenBefore, 0, Workers * BatchBytes / Record.Length);
    }

    [Fact]
    public async Task Progress_OfARun_GrowsAndEndsWithAllOfIt()
    {
        var progress = new Reports();
        var text = "n\n" + string.Concat(Enumerable.Range(0, 2000).Select(i => $"{i}\n"));
        await Scan(text).With(new RunOptions { PartitionBytes = 100, Workers = 2, Progress = progress, ProgressInterval = TimeSpan.Zero }).RunAsync(Token);

        Assert.True(progress.All.Count > 10);
        Assert.Equal(progress.All.OrderBy(p => p.Bytes), progress.All);
        var last = progress.All[^1];
        Assert.Equal((text.Length, text.Length, 2000, 1.0), (last.Bytes, last.TotalBytes, last.Records, last.Fraction));
        Assert.Equal(TimeSpan.Zero, last.TimeLeft);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Progress_ReceiverThrows_FailsTheRunWithIt(int workers)
    {
        // At the end of the run as well: an exception there must not end the process.
        foreach (var interval in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromDays(1)])
        {
            var options = new RunOptions { PartitionBytes = 10, Workers = workers, Progress = new ThrowingProgress(), ProgressInterval = interval };
            await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Scan("n\n1\n2\n3\n4\n5\n6\n7\n8\n").With(options).RunAsync(Token));
        }
    }

    [Fact]
    public async Task RunAsync_InputThatCantBeClosed_FailsTheRunWithIt()
    {
        var source = new CsvSource([new UnclosableSource()], new CsvOptions());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Csv.Scan(source).With(new RunOptions { Workers = 2 }).RunAsync(Token));
    }

    [Fact]
    public async Task RunAsync_RecordTooLong_TellsFileLineAndByte()
    {
        var text = "a,b\n1,2\n3,\"" + new string('x', 5000) + "\"\n";
        var exception = await Assert.ThrowsAsync<CsvRecordTooLongException>(() => Scan(text).With(new RunOptions { MaxRecordBytes = 1000 }).RunAsync(Token));
        Assert.Contains("memory, line 3, byte 8", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_OutOfRange_AreRefusedWithTheirName()
    {
        Assert.Contains("Workers", Assert.Throws<ArgumentException>(() => Scan(Trips).With(new RunOptions { Workers = 0 })).Message, StringComparison.Ordinal);
        Assert.Contains("MemoryBudget", Assert.Throws<ArgumentException>(() => Scan(Trips).With(new RunOptions { MemoryBudget = 1 })).Message, StringComparison.Ordinal);
        Assert.Contains("Delimiter", Assert.Throws<ArgumentException>(() => Csv.Memory(default, new CsvOptions { Dialect = new CsvDialect { Delimiter = '"' } })).Message, StringComparison.Ordinal);
    }

    private sealed class ThrowingProgress : IProgress<RunProgress>
    {
        public void Report(RunProgress value) => throw new InvalidTimeZoneException();
    }

    private sealed class UnclosableSource : CsvInputSource
    {
        public override string Name => "unclosable";

        public override long Length => 4;

        public override CsvInput Open() => new Input();

        private sealed class Input : CsvInput
        {
            public override string Name => "unclosable";

            public override long Length => 4;

            public override int Read(Span<byte> target, long offset)
            {
                var rest = "n\n1\n"u8[(int)Math.Min(offset, 4)..];
                var count = Math.Min(rest.Length, target.Length);
                rest[..count].CopyTo(target);
                return count;
            }

            protected override void Dispose(bool disposing) => throw new InvalidTimeZoneException();
        }
    }

    private sealed class Reports : IProgress<RunProgress>
    {
        public List<RunProgress> All { get; } = [];

        public void Report(RunProgress value) => All.Add(value);
    }

    private static CsvQuery<Utf8Row> Scan(string text) => Csv.Scan(Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions()));

    private static CsvQuery<T> Scan<T>(string text)
        where T : ICsvRecord<T> => Csv.Scan<T>(Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions()));
}
