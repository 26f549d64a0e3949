using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Jobs;

public sealed class JobStateTests
{
    private static readonly CsvSource Source = Csv.Memory(MakeText(), new CsvOptions());

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string> Aggregates => [.. AggregatesByName.Keys];

    private static Dictionary<string, Func<RunOptions, Task<(string All, string Groups)>>> AggregatesByName { get; } = new()
    {
        ["count"] = Case(a => a.Count()),
        ["sum of integers"] = Case(a => a.Sum(r => r.GetInt64(1))),
        ["sum of doubles"] = Case(a => a.Sum(r => r.GetDouble(2))),
        ["sum of decimals"] = Case(a => a.Sum(r => r.GetDecimal(2))),
        ["min of doubles"] = Case(a => a.Min(r => r.GetDouble(2))),
        ["min of strings"] = Case(a => a.Min(r => r.GetString(2))),
        ["max of dates"] = Case(a => a.Max(r => new DateOnly(2024, 1, 1).AddDays(r.GetInt32(1)))),
        ["max of strings"] = Case(a => a.Max(r => r.GetString(0))),
        ["max of tuples"] = Case(a => a.Max(r => (r.GetString(0), r.GetInt32(1)))),
        ["mean"] = Case(a => a.Mean(r => r.GetDouble(2))),
        ["variance"] = Case(a => a.Variance(r => r.GetDouble(2))),
        ["distinct count of strings"] = Case(a => a.DistinctCount(r => r.GetString(2))),
        ["distinct count of tuples"] = Case(a => a.DistinctCount(r => (r.GetString(0), r.GetInt32(1), r.GetString(2)))),
        ["approximate distinct count"] = Case(a => a.ApproximateDistinctCount(r => r.GetString(2))),
        ["approximate quantile"] = Case(a => a.ApproximateQuantile(0.25, r => r.GetDouble(2))),
        ["top"] = Case(a => a.Top(5, r => (r.GetInt32(1), r.GetString(0)))),
        ["fold"] = Case(a => a.Fold(() => "", (text, r) => Last(text + r.GetString(0)[..1]), (x, y) => Last(x + y), text => text)),
    };

    [Theory]
    [MemberData(nameof(Aggregates))]
    public async Task State_OfEachAggregate_MergesToTheSameThroughBytes(string name)
    {
        var (plain, bytes, backend) = Options();
        var expected = await AggregatesByName[name](plain);
        var actual = await AggregatesByName[name](bytes);

        Assert.NotEmpty(expected.All);
        Assert.InRange(expected.Groups.Count(c => c == '='), 10, 100);
        Assert.Equal(expected, actual);
        Assert.True(backend.States > 50);
    }

    [Fact]
    public async Task State_OfKeysOfManyTypes_MergesToTheSameThroughBytes()
    {
        await AssertKeys(r => r.GetInt32(1));
        await AssertKeys(r => r.GetString(0));
        await AssertKeys(r => (string?)null);
        await AssertKeys(r => (r.GetString(0), r.GetInt32(1)));
        await AssertKeys(r => (r.GetString(0), (r.GetInt32(1), r.GetString(2)), new DateOnly(2024, 1, 1).AddDays(r.GetInt32(1))));

        async Task AssertKeys<TKey>(Func<Utf8Row, TKey> key)
        {
            var (plain, bytes, _) = Options();
            using var expected = await Csv.Scan(Source).With(plain).GroupBy(key).AggregateAsync(a => a.Count(), Token);
            using var actual = await Csv.Scan(Source).With(bytes).GroupBy(key).AggregateAsync(a => a.Count(), Token);
            Assert.Equal(expected.ToArray(), actual.ToArray());
        }
    }

    [Fact]
    public async Task State_OfColumnKeys_MergesToTheSameThroughBytes()
    {
        var (plain, bytes, _) = Options();
        using var expected = await Csv.Scan(Source).With(plain).GroupBy("name", "number").AggregateAsync(a => a.Count(), Token);
        using var actual = await Csv.Scan(Source).With(bytes).GroupBy("name", "number").AggregateAsync(a => a.Count(), Token);
        Assert.Equal(expected.ToArray(), actual.ToArray());
    }

    [Fact]
    public async Task State_OfCollectedAndDistinctRows_MergesToTheSameThroughBytes()
    {
        var (plain, bytes, _) = Options();
        var query = Csv.Scan(Source).Select(r => (r.GetString(0), r.GetInt32(1)));
        Assert.Equal((await query.With(plain).ToListAsync(Token)).Value, (await query.With(bytes).ToListAsync(Token)).Value);
        Assert.Equal((await query.With(plain).DistinctAsync(Token)).Value, (await query.With(bytes).DistinctAsync(Token)).Value);
    }

    [Fact]
    public async Task State_OfWrittenRows_MergesToTheSameThroughBytes()
    {
        using var folder = new Queries.TemporaryFolder();
        var (plain, bytes, _) = Options();
        await Csv.Scan(Source).With(plain).Where(r => r.GetInt32(1) % 3 == 0).WriteCsvAsync(folder["plain.csv"], Token);
        await Csv.Scan(Source).With(bytes).Where(r => r.GetInt32(1) % 3 == 0).WriteCsvAsync(folder["bytes.csv"], Token);
        Assert.Equal(await File.ReadAllTextAsync(folder["plain.csv"], Token), await File.ReadAllTextAsync(folder["bytes.csv"], Token));
    }

    [Fact]
    public async Task State_OfRowsWithoutACodec_SaysSo()
    {
        var (_, bytes, _) = Options();
        var exception = await Assert.ThrowsAsync<NotSupportedException>(() => Csv.Scan(Source).With(bytes).Select(r => new List<int> { r.Count }).ToListAsync(Token));
        Assert.Contains("IStateCodec", exception.Message, StringComparison.Ordinal);
    }

    private static (RunOptions Plain, RunOptions Bytes, BytesBackend Backend) Options()
    {
        var backend = new BytesBackend();
        var plain = new RunOptions { PartitionBytes = 300, Workers = 3 };
        return (plain, plain with { Backend = backend }, backend);
    }

    // The aggregate over all rows and over groups, as text.
    private static Func<RunOptions, Task<(string All, string Groups)>> Case<T>(Func<AggregateBuilder<Utf8Row>, Aggregate<Utf8Row, T>> aggregate) => async options =>
    {
        var all = await Csv.Scan(Source).With(options).AggregateAsync(aggregate, Token);
        using var groups = await Csv.Scan(Source).With(options).GroupBy("name").AggregateAsync(aggregate, Token);
        return (Text(all.Value), string.Join(' ', groups.Select(g => $"{g.Key}={Text(g.Value)}")));
    };

    private static string Text<T>(T value) =>
        value is System.Collections.IEnumerable and not string ? string.Join('|', ((System.Collections.IEnumerable)value).Cast<object>())
        : string.Create(CultureInfo.InvariantCulture, $"{value}");

    private static string Last(string text) => text.Length > 20 ? text[^20..] : text;

    private static byte[] MakeText()
    {
        var random = new Random(5);
        var text = new StringBuilder("name,number,value\n");
        for (var i = 0; i < 1500; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(char)('a' + random.Next(12))}\u00E9{new string('x', random.Next(4))},{random.Next(100)},{random.Next(-5000, 5000) / 100.0:0.00}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
