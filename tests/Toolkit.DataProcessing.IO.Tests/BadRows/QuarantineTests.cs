using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.BadRowTests;

public sealed class QuarantineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Without OnBadRow the workers put down the lines of the quarantine themselves; with it there is an object for each record.
    [Theory]
    [InlineData(1, "\n")]
    [InlineData(2, "\r\n")]
    [InlineData(3, "\r")]
    [InlineData(4, "mixed")]
    public async Task Quarantine_AnyPartitions_TellsEachRecordAndItsLine(int seed, string newLine)
    {
        var random = new Random(seed);
        for (var round = 0; round < 12; round++)
        {
            // Now and then more in a buffer than lies between two marks of the line.
            var scale = round % 4 == 0 ? 20 : 1;
            var (text, expected) = Dirty(random, newLine, random.Next(1, 100 * (2 + scale)));
            var path = _folder.Write("in.csv", text);
            var options = new RunOptions { BadRows = BadRows.Quarantine(_folder["bad.csv"]), PartitionBytes = random.Next(1, 3000 * scale), Workers = random.Next(1, 4), BufferBytes = random.Next(64, 4096 * scale) };
            var report = await Csv.Scan<Outputs.Strike>(path).With(options).RunAsync(TestContext.Current.CancellationToken);
            var rows = await Csv.Scan<Rejected>(_folder["bad.csv"]).ToListAsync(TestContext.Current.CancellationToken);

            var called = new List<BadRow>();
            await Csv.Scan<Outputs.Strike>(path).With(options with { OnBadRow = called.Add, BadRows = BadRows.Quarantine(_folder["called.csv"]) }).RunAsync(TestContext.Current.CancellationToken);

            Assert.Equal(expected, rows.Value.Select(row => (row.Line, row.Offset, row.Record)));
            Assert.All(rows.Value, row => Assert.Equal(path, row.Source));
            Assert.Equal(expected.Count, report.BadRecords);
            Assert.Equal(called.Select(row => new Rejected(row.Source, row.Line, row.ByteOffset, row.Column is "" ? null : row.Column, row.Reason.ToString(), row.Message, Encoding.UTF8.GetString(row.Raw.Span))), rows.Value);
            Assert.Equal(File.ReadAllBytes(_folder["called.csv"]), File.ReadAllBytes(_folder["bad.csv"]));

            // A value of an untyped row that can't be parsed is found again by the place of its record.
            var years = await Csv.Scan(path).With(options with { BadRows = BadRows.Quarantine(_folder["untyped.csv"]) }).Select(row => row.GetInt32("Year")).ToListAsync(TestContext.Current.CancellationToken);
            Assert.Equal(Enumerable.Repeat(2023, (int)(report.Records - report.BadRecords)), years.Value);
            var untyped = await Csv.Scan<Rejected>(_folder["untyped.csv"]).ToListAsync(TestContext.Current.CancellationToken);
            Assert.Equal(rows.Value.Select(row => row with { Message = "" }), untyped.Value.Select(row => row with { Message = "" }));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Quarantine_MoreThanMaxCount_FailsAtTheSameRecordWithAndWithoutCallback(int most)
    {
        var path = _folder.Write("in.csv", "State,Year,Cost,Species\n" + string.Concat(Enumerable.Range(0, 100).Select(i => $"TX,{(i % 3 == 0 ? "\"a\"\",b\"" : "2020")},{i},x\n")));
        var bad = BadRows.Quarantine(_folder["bad.csv"]) with { MaxCount = most };
        var query = Csv.Scan<Outputs.Strike>(path);

        var without = await Assert.ThrowsAsync<CsvBadRowException>(() => query.With(new RunOptions { BadRows = bad, PartitionBytes = 200 }).RunAsync(TestContext.Current.CancellationToken));
        var quarantine = File.ReadAllText(_folder["bad.csv"]);
        var with = await Assert.ThrowsAsync<CsvBadRowException>(() => query.With(new RunOptions { BadRows = bad, PartitionBytes = 200, OnBadRow = _ => { } }).RunAsync(TestContext.Current.CancellationToken));

        Assert.Equal(with.Message, without.Message);
        Assert.StartsWith($"{path}, line {(most * 3) + 2}, byte ", without.Message, StringComparison.Ordinal);
        Assert.Contains("'a\",b' is not an integer", without.Message, StringComparison.Ordinal);
        Assert.Equal(quarantine, File.ReadAllText(_folder["bad.csv"]));
        Assert.Equal(most + 2, quarantine.Split('\n').Length - 1);
    }

    // Bytes of all kinds: the quarantine has them exactly, and our own reader gives them back.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Quarantine_RandomBytes_KeepsThemExactly(int seed)
    {
        var random = new Random(seed);
        var records = new List<byte[]>();
        var file = new MemoryStream();
        file.Write("a,b\n"u8);
        for (var i = 0; i < 2000; i++)
        {
            // One field, in quotes where it has line ends; now and then a large one.
            var bytes = new byte[random.Next(300) == 0 ? 300_000 : random.Next(1, 20)];
            random.NextBytes(bytes);
            bytes.AsSpan().Replace((byte)',', (byte)0);
            var isQuoted = random.Next(2) == 0;
            byte[] record = isQuoted ? [(byte)'"', .. bytes.SelectMany(value => value == (byte)'"' ? "\"\""u8.ToArray() : [value]), (byte)'"'] : [(byte)'x', .. bytes.Where(value => value is not ((byte)'\n' or (byte)'\r' or (byte)'"'))];
            records.Add(record);
            file.Write(record);
            file.WriteByte((byte)'\n');
        }

        await Csv.Scan(_folder.Write("in.csv", file.ToArray())).With(new RunOptions { BadRows = BadRows.Quarantine(_folder["bad.csv"]), PartitionBytes = 10_000, Workers = 2 }).RunAsync(TestContext.Current.CancellationToken);
        var kept = await Csv.Scan(_folder["bad.csv"]).Select(row => Convert.ToHexString(row["record"])).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(records.Select(Convert.ToHexString), kept.Value);
    }

    // Types of plain numbers are parsed a column of many records at a time: those between two bad ones go on together.
    [Theory]
    [InlineData(1, false)]
    [InlineData(20, false)]
    [InlineData(100, false)]
    [InlineData(20, true)]
    public async Task Quarantine_ColumnsOfNumbers_LeavesOutTheBadRecordsAndNoOther(int percent, bool mends)
    {
        var random = new Random(percent);
        string[] words = ["oops", "\"o,ps\"", "\"o\"\"ps\"", "\u00e9\u20ac", "N", "In", "nanny", "Infinit", "1x", new('y', 70), ""];
        var text = new StringBuilder("key,\"n,o\",value\n");
        var expected = new Dictionary<string, (long Count, long Numbers, double Values)>();
        var bad = new List<string>();
        for (var i = 0; i < 3000; i++)
        {
            var (key, number, value, word) = ($"k{random.Next(9)}", random.Next(1000), random.Next(1000) / 4d, words[random.Next(words.Length)]);
            var fault = random.Next(100) < percent ? random.Next(1, 3) : 0;
            var record = FormattableString.Invariant($"{key},{(fault == 1 ? word : number)},{(fault == 2 ? word : value)}");
            text.Append(record).Append('\n');
            if (fault == 0 || (mends && word == "oops"))
            {
                ref var sums = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(expected, key, out _);
                sums = (sums.Count + 1, sums.Numbers + (fault == 1 ? 7 : number), sums.Values + (fault == 2 ? 7 : value));
            }
            else
            {
                bad.Add(record);
            }
        }

        var path = _folder.Write("in.csv", text.ToString());
        CsvRepair? repair = mends ? row => Encoding.UTF8.GetString(row.Raw.Span) is var raw && raw.Contains("oops", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(raw.Replace("oops", "7", StringComparison.Ordinal)) : null : null;
        RunOptions Options(string name) => new() { BadRows = BadRows.Quarantine(_folder[name]) with { Repair = repair }, PartitionBytes = 20_000, Workers = 2 };
        using var groups = await Csv.Scan<Plain>(path).With(Options("bad.csv")).GroupBy("key").AggregateAsync(a => a.Count(), a => a.Sum(row => (long)row.Number), a => a.Sum(row => row.Value), TestContext.Current.CancellationToken);
        await Csv.Scan<Plain>(path).With(Options("called.csv") with { OnBadRow = _ => { } }).RunAsync(TestContext.Current.CancellationToken);
        var kept = await Csv.Scan<Rejected>(_folder["bad.csv"]).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(expected.Select(g => (g.Key, g.Value)), groups.Select(g => (g.Key, g.Value)));
        Assert.Equal(bad, kept.Value.Select(row => row.Record));
        Assert.Equal(File.ReadAllBytes(_folder["called.csv"]), File.ReadAllBytes(_folder["bad.csv"]));
    }

    // The file has the columns in another order than the type, and records with more than one fault.
    [Theory]
    [InlineData("oops,x", "n,o", "column 'n,o': 'x' is not an integer from -2147483648 to 2147483647")]
    [InlineData("oops,7", "value", "column 'value': 'oops' is not a number")]
    [InlineData("oops,", "n,o", "column 'n,o' is empty; expected an integer from -2147483648 to 2147483647")]
    [InlineData(",7", "value", "column 'value' is empty; expected a number")]
    [InlineData("\"\",\"\"", "n,o", "column 'n,o' is empty; expected an integer from -2147483648 to 2147483647")]
    [InlineData("1,99999999999", "n,o", "column 'n,o': '99999999999' is not an integer from -2147483648 to 2147483647")]
    public async Task Quarantine_SeveralFaultsInARecord_TellsTheFirstColumnOfTheType(string record, string column, string message)
    {
        var path = _folder.Write("in.csv", "value,\"n,o\"\n" + string.Concat(Enumerable.Range(0, 1000).Select(i => $"{(i % 7 == 3 ? record : "1.5,2")}\n")));

        var sums = await Csv.Scan<Plain>(path).With(new RunOptions { BadRows = BadRows.Quarantine(_folder["bad.csv"]), PartitionBytes = 2000, Workers = 2 })
            .AggregateAsync(a => a.Count(), a => a.Sum(row => row.Value), TestContext.Current.CancellationToken);
        var kept = await Csv.Scan<Rejected>(_folder["bad.csv"]).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal((857, 857 * 1.5), sums.Value);
        Assert.Equal(Enumerable.Range(0, 143).Select(i => (i * 7) + 5L), kept.Value.Select(row => row.Line));
        Assert.All(kept.Value, row => Assert.Equal((column, "Field", message, record), (row.Column, row.Reason, row.Message, row.Record)));
    }

    // Each record has its own message, whatever that of the one before was.
    [Fact]
    public async Task Quarantine_RaggedRowsAndStrayQuotesInTurn_TellsOfEachItsOwnFault()
    {
        _folder.Write("in-1.csv", "a,b\n1\n1,2,3\n1,2,3\n1\nx\"y,1\n1,x\"y\n1,x\"y\nx\"y,1\n");
        _folder.Write("in-2.csv", "a,b,c\n1\n1,2,3,4\n");

        await Csv.Scan(_folder["in-*.csv"]).With(new RunOptions { BadRows = BadRows.Quarantine(_folder["bad.csv"]), Workers = 1 }).RunAsync(TestContext.Current.CancellationToken);
        var kept = await Csv.Scan<Rejected>(_folder["bad.csv"]).ToListAsync(TestContext.Current.CancellationToken);

        const string Stray = "has a quote where none may be, or text behind its closing quote";
        Assert.Equal(
            [
                "the record has 1 field, the header 2", "the record has 3 fields, the header 2", "the record has 3 fields, the header 2", "the record has 1 field, the header 2",
                $"field 1 {Stray}", $"field 2 {Stray}", $"field 2 {Stray}", $"field 1 {Stray}",
                "the record has 1 field, the header 3", "the record has 4 fields, the header 3",
            ],
            kept.Value.Select(row => row.Message));
    }

    private static (string Text, List<(long Line, long Offset, string Record)> Bad) Dirty(Random random, string newLine, int records)
    {
        var text = new StringBuilder("State,Year,Cost,Species\n");
        var bad = new List<(long, long, string)>();
        var line = 2L;
        // Some files hold nothing but records of one line, others many of several.
        var several = random.Next(2) * random.Next(2, 5);
        for (var i = 0; i < records; i++)
        {
            var (record, isBad) = random.Next(6) switch
            {
                0 => ($"S{i},x,2,b", true),
                1 => ($"S{i},2021", true),
                2 => ($"S{i},2022,3,c\"d", true),
                3 => ($"S{i},{new string('9', random.Next(20, 90))},1,\u00e9\u20ac", true),
                _ => ($"S{i},2023,4,e", false),
            };
            var inside = several > 0 && random.Next(several) == 0 ? random.Next(1, 4) : 0;
            var end = newLine == "mixed" ? random.Next(3) switch { 0 => "\n", 1 => "\r\n", _ => "\r" } : newLine;
            record = inside == 0 ? record : $"\"q{string.Concat(Enumerable.Repeat(end, inside))}\"{record[record.IndexOf(',', StringComparison.Ordinal)..]}";
            if (isBad)
            {
                bad.Add((line, Encoding.UTF8.GetByteCount(text.ToString()), record));
            }

            text.Append(record).Append(i == records - 1 && random.Next(2) == 0 ? "" : end);
            line += 1 + inside;
        }

        return (text.ToString(), bad);
    }
}

[CsvRecord]
internal readonly partial record struct Plain([CsvColumn("n,o")] int Number, [CsvColumn("value")] double Value);

[CsvRecord]
internal partial record Rejected(
    [CsvColumn("source")] string Source,
    [CsvColumn("line")] long Line,
    [CsvColumn("byte_offset")] long Offset,
    [CsvColumn("column")] string? Column,
    [CsvColumn("reason")] string Reason,
    [CsvColumn("message")] string Message,
    [CsvColumn("record")] string Record);
