using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Grouping;

/// <summary>Keys are noted while records are parsed and looked up together later: they must be those of the right records.</summary>
public sealed partial class KeyBatchTests
{
    private readonly string[] _keys;
    private readonly List<(string Key, double Value)> _expected = [];
    private readonly byte[] _text;

    public KeyBatchTests()
    {
        // Empty, short, sixteen bytes and more, with separators, line ends and quotes; some are in quotes for nothing.
        var random = new Random(3);
        _keys = [.. Enumerable.Range(0, 60).Select(i => i == 0 ? "" : string.Concat(Enumerable.Range(0, random.Next(1, 40)).Select(_ => "abcdefgh,\"\né"[random.Next(i % 3 == 0 ? 12 : 8)])))];
        var text = new StringBuilder("key,value\n");
        for (var i = 0; i < 3000; i++)
        {
            var key = _keys[random.Next(_keys.Length)];
            var value = random.Next(-500, 500) / 10.0;
            // The records with doubled quotes come late: until then no field is unescaped.
            key = i < 1500 ? key.Replace('"', '\'') : key;
            var quoted = key.AsSpan().IndexOfAny(",\"\n") >= 0 || random.Next(4) == 0;
            text.Append(quoted ? $"\"{key.Replace("\"", "\"\"")}\"" : key).Append(',');
            switch (random.Next(20))
            {
                case 0:
                    text.Append("bad");
                    break;
                case 1:
                    text.Append("mend").Append(i % 70);
                    _expected.Add(($"mended key of {i % 70}", 1));
                    break;
                default:
                    text.Append(value.ToString(CultureInfo.InvariantCulture));
                    _expected.Add((key, value));
                    break;
            }

            text.Append('\n');
        }

        _text = Encoding.UTF8.GetBytes(text.ToString());
    }

    [Theory]
    [InlineData(1, 64, 1)]
    [InlineData(37, 64, 3)]
    [InlineData(500, 300, 2)]
    [InlineData(20_000, 4096, 2)]
    [InlineData(1_000_000, 65_536, 1)]
    public async Task GroupBy_ColumnWithBadAndMendedRecords_EqualsADictionary(int partitionBytes, int bufferBytes, int workers)
    {
        var query = Query(partitionBytes, bufferBytes, workers);

        using var all = await query.GroupBy("key").AggregateAsync(a => a.Count(), a => a.Sum(r => r.Value), TestContext.Current.CancellationToken);
        using var some = await query.Where(r => r.Value > 0).GroupBy("key").AggregateAsync(a => a.Count(), a => a.Sum(r => r.Value), TestContext.Current.CancellationToken);
        using var values = await query.GroupBy(r => Math.Round(r.Value)).AggregateAsync(a => a.Count(), a => a.Sum(r => r.Value), TestContext.Current.CancellationToken);
        using var pairs = await query.GroupBy("key", "value").AggregateAsync(a => a.Count(), TestContext.Current.CancellationToken);

        AssertSame(_expected.GroupBy(r => r.Key), all);
        AssertSame(_expected.Where(r => r.Value > 0).GroupBy(r => r.Key), some);
        AssertSame(_expected.GroupBy(r => Math.Round(r.Value)), values);
        Assert.Equal(_expected.GroupBy(r => r).Select(g => (g.Key.Key, (long)g.Count())), pairs.Select(g => (g.Key.Item1, g.Value)));
        Assert.Equal(3000 - _expected.Count, all.Report.BadRecords);
    }

    [Theory]
    [InlineData(37, 64, 3)]
    [InlineData(1_000_000, 65_536, 1)]
    public async Task Where_BehindASelectorThatStopsAtBadRecords_SeesEachRowOnce(int partitionBytes, int bufferBytes, int workers)
    {
        var query = Csv.Scan(Csv.Memory(_text, new CsvOptions())).With(Options(partitionBytes, bufferBytes, workers)).Select(row => row.GetDouble("value")).Where(value => value > 0);
        double[] expected = [.. _expected.Select(r => r.Value).Where(value => value > 0)];

        var (count, sum) = (await query.AggregateAsync(a => a.Count(), a => a.Sum(value => value), TestContext.Current.CancellationToken)).Value;
        using var groups = await query.GroupBy(value => value).AggregateAsync(a => a.Count(), TestContext.Current.CancellationToken);

        Assert.Equal(expected.Length, count);
        Assert.Equal(expected.Sum(), sum, 1e-6);
        Assert.Equal(expected.GroupBy(value => value).Select(g => (g.Key, (long)g.Count())), groups.Select(g => (g.Key, g.Value)));
    }

    private static void AssertSame<TKey>(IEnumerable<IGrouping<TKey, (string Key, double Value)>> expected, CsvGroups<TKey, (long, double)> groups) =>
        Assert.Equal(expected.Select(g => (g.Key, (long)g.Count(), Math.Round(g.Sum(r => r.Value), 1))), groups.Select(g => (g.Key, g.Value.Item1, Math.Round(g.Value.Item2, 1))));

    private CsvQuery<Reading> Query(int partitionBytes, int bufferBytes, int workers) => Csv.Scan<Reading>(Csv.Memory(_text, new CsvOptions())).With(Options(partitionBytes, bufferBytes, workers));

    private static RunOptions Options(int partitionBytes, int bufferBytes, int workers) => new()
    {
        PartitionBytes = partitionBytes,
        BufferBytes = bufferBytes,
        Workers = workers,
        BadRows = BadRows.Skip with { Repair = Mend },
    };

    // Another key, and a longer record: the original one's bytes are no answer.
    private static ReadOnlyMemory<byte>? Mend(BadRow row)
    {
        var text = Encoding.UTF8.GetString(row.Raw.Span);
        var at = text.LastIndexOf("mend", StringComparison.Ordinal);
        return at < 0 ? null : Encoding.UTF8.GetBytes($"mended key of {text[(at + 4)..]},1");
    }

    [CsvRecord]
    internal readonly partial record struct Reading([CsvColumn("value")] double Value);
}
