using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Queries;

[CsvRecord]
internal readonly partial record struct Numbers([CsvColumn("d")] double Double, [CsvColumn("i")] int Int, [CsvColumn("l")] long Long);

[CsvRecord]
internal sealed partial class PickyNumbers([CsvColumn("i")] int value)
{
    public int Value { get; } = value == 13 ? throw new InvalidTimeZoneException() : value;
}

/// <summary>Types of plain numbers are parsed a column of many records at a time: with the values and bad records of one after the other.</summary>
public sealed class RowBlockTests
{
    private static readonly string[] Awkward =
        ["", "-", ".", "-0", "1e400", "-1e-400", "NaN", "99999999", "123456789", "-2147483648", "2147483648", "9223372036854775807", "9223372036854775808",
        "0.1234567890123456789012345678901234567890", " 5", "+5", "007", "1.", ".5", "\"7\"", "\"-1.5\"", "\"1\"\"\"", "x", "1,2", "\n"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 3)]
    [InlineData(3, 40)]
    [InlineData(4, 400)]
    public async Task AggregateAsync_TypesOfNumbers_EqualRecordsParsedByThemselves(int seed, int tidiness)
    {
        for (var round = 0; round < 12; round++)
        {
            var random = new Random((seed * 1000) + round);
            var bytes = Text(random, tidiness);
            var options = new CsvOptions { RaggedRows = (RaggedRows)random.Next(4), SkipBlankLines = random.Next(2) == 0 };
            var run = new RunOptions
            {
                Workers = random.Next(1, 4),
                PartitionBytes = random.Next(20, 30_000),
                BufferBytes = random.Next(3) switch { 0 => 64, 1 => 3000, _ => 40_000 },
                BadRows = BadRows.Skip with { Repair = round % 3 == 0 ? Mend : null },
            };
            var source = Csv.Memory(bytes, options);
            var (expected, expectedBad) = await RunAsync(run, r => Csv.Scan(source).With(r).AggregateAsync(a => a.Fold(() => new List<Numbers>(), (list, row) => { list.Add(Parse(row)); return list; }, Append, list => list), Token));
            var (actual, actualBad) = await RunAsync(run, r => Csv.Scan<Numbers>(source).With(r).AggregateAsync(a => a.Fold(() => new List<Numbers>(), (list, row) => { list.Add(row); return list; }, Append, list => list), Token));

            Assert.Equal(expected.ConvertAll(Bits), actual.ConvertAll(Bits));
            Assert.Equal(expectedBad, actualBad);
        }
    }

    [Fact]
    public async Task AggregateAsync_ConstructorThrows_TellsABadRecordBeforeIt()
    {
        var text = "i\n" + string.Concat(Enumerable.Range(20, 100).Select(i => $"{i},0\n")) + "13,0\n";
        var picky = Csv.Memory(Encoding.UTF8.GetBytes("i,j\n" + text[2..]), new CsvOptions());
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => Csv.Scan<PickyNumbers>(picky).AggregateAsync(a => a.Sum(p => p.Value), Token));

        var bad = Csv.Memory(Encoding.UTF8.GetBytes("i,j\n1,0\nx,0\n" + text[2..]), new CsvOptions());
        var exception = await Assert.ThrowsAsync<CsvBadRowException>(() => Csv.Scan<PickyNumbers>(bad).AggregateAsync(a => a.Sum(p => p.Value), Token));
        Assert.Equal(3, exception.Row!.Line);
    }

    [Fact]
    public async Task AggregateAsync_ColumnThatTheFileLacks_IsRefused() =>
        await Assert.ThrowsAsync<CsvHeaderException>(() => Csv.Scan<Numbers>(Csv.Memory("d,i\n1,2\n"u8.ToArray(), new CsvOptions())).AggregateAsync(a => a.Count(), Token));

    [Fact]
    public async Task AggregateAsync_DecimalComma_IsRead()
    {
        var source = Csv.Memory("d;i;l\n1,5;2;3\n2,25;4;5\n"u8.ToArray(), new CsvOptions { Dialect = new CsvDialect { Delimiter = ';' }, DecimalComma = true });
        Assert.Equal(3.75, (await Csv.Scan<Numbers>(source).AggregateAsync(a => a.Sum(n => n.Double), Token)).Value);
    }

    private static async Task<(List<Numbers> Values, List<(long, long, string)> Bad)> RunAsync(RunOptions run, Func<RunOptions, Task<CsvResult<List<Numbers>>>> query)
    {
        var bad = new List<(long, long, string)>();
        var result = await query(run with { OnBadRow = row => bad.Add((row.ByteOffset, row.Line, row.Column)) });
        return (result.Value, bad);
    }

    private static List<Numbers> Append(List<Numbers> list, List<Numbers> later)
    {
        list.AddRange(later);
        return list;
    }

    // The order of the members: which column is named as the bad one.
    private static Numbers Parse(Utf8Row row) => new(row.GetDouble("d"), row.GetInt32("i"), row.GetInt64("l"));

    private static (long, int, long) Bits(Numbers n) => (BitConverter.DoubleToInt64Bits(n.Double), n.Int, n.Long);

    private static ReadOnlyMemory<byte>? Mend(BadRow row) => row.ByteOffset % 3 == 0 ? Encoding.UTF8.GetBytes($"{row.ByteOffset},mended,-2.5,{row.ByteOffset}") : null;

    private static byte[] Text(Random random, int tidiness)
    {
        var text = new StringBuilder("i,text,d,l\n");
        for (var i = 0; i < 2000; i++)
        {
            var fault = tidiness > 0 && random.Next(tidiness) == 0 ? random.Next(5) : -1;
            text.Append(fault == 0 ? Awkward[random.Next(Awkward.Length)] : random.Next(-99_999, 99_999).ToString(CultureInfo.InvariantCulture)).Append(',')
                .Append(random.Next(9) == 0 ? "\"a,\nb\"" : "text").Append(',')
                .Append(fault == 1 ? Awkward[random.Next(Awkward.Length)] : (random.Next(-9999, 9999) / 100.0).ToString(CultureInfo.InvariantCulture)).Append(',')
                .Append(fault == 2 ? Awkward[random.Next(Awkward.Length)] : random.NextInt64(random.Next(2) == 0 ? 1000 : long.MaxValue).ToString(CultureInfo.InvariantCulture))
                .Append(fault == 3 ? ",more" : "").Append(fault == 4 ? "\r\n\r\n" : tidiness == 3 && random.Next(2) == 0 ? "\r\n" : tidiness == 40 ? "\r\n" : "\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
