using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Grouping;

/// <summary>Groups that are merged in parts by several workers, in memory and on disk, against a plain dictionary.</summary>
public sealed class MergedGroupsTests
{
    private const long Least = 4 * 1024 * 1024;
    private const long Roomy = 4L * 1024 * 1024 * 1024;
    private const int MostInOneTable = 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, 40_000, 3_000)]
    [InlineData(2, 45_000, 100_000)]
    [InlineData(3, 60_000, 60_000)]
    public async Task GroupBy_AnyBudgetAndWorkers_EqualsADictionary(int seed, int rows, int keys)
    {
        var values = Rows(seed, rows, keys);
        var source = Source(values);
        var expected = Expected(values);
        (string, (long, double, double, int))[]? first = null;
        foreach (var budget in (long[])[Least, 12 * 1024 * 1024, Roomy])
        {
            foreach (var workers in (int[])[1, 3])
            {
                var options = new RunOptions { MemoryBudget = budget, Workers = workers, PartitionBytes = 100_000, MostGroupsInOneTable = MostInOneTable };
                using var groups = await Csv.Scan(source).With(options).GroupBy("key").AggregateAsync(
                    a => a.Count(), a => a.Sum(r => r.GetDouble(1)), a => a.Variance(r => r.GetDouble(1)), a => Lengths(a), Token);
                var actual = groups.Select(g => (g.Key, g.Value)).ToArray();

                Assert.Equal(expected, actual.Select(g => (g.Key, g.Value.Item1, Math.Round(g.Value.Item2, 3), g.Value.Item4)));
                Assert.Equal(first ??= actual, actual);
                Assert.Equal(actual.Length, groups.Count);
            }
        }
    }

    [Theory]
    [InlineData(Least, 1)]
    [InlineData(Least, 3)]
    [InlineData(Roomy, 1)]
    [InlineData(Roomy, 3)]
    public async Task Distinct_ManyRows_KeepsTheFirstOfEach(long budget, int workers)
    {
        var values = Rows(5, 80_000, 60_000);
        var options = new RunOptions { MemoryBudget = budget, Workers = workers, PartitionBytes = 100_000, MostGroupsInOneTable = MostInOneTable };
        var query = Csv.Scan(Source(values)).With(options);

        var numbers = await query.Select(row => (int)row.GetDouble(1)).DistinctAsync(Token);
        var pairs = await query.Select(row => (row.GetString(0), (int)row.GetDouble(1))).DistinctAsync(Token);

        Assert.Equal(values.Select(v => (int)v.Value).Distinct(), numbers.Value);
        Assert.Equal(values.Select(v => (v.Key, (int)v.Value)).Distinct(), pairs.Value);
        Assert.Equal(budget == Least, pairs.Report.SpilledBytes > 0);
    }

    [Theory]
    [InlineData(1, 45_000)]
    [InlineData(3, 60_000)]
    public async Task GroupBy_PartsBeyondTheBudget_AreSplitAgain(int workers, int rows)
    {
        var values = Rows(7, rows, 100_000, keyLength: 2_000 / workers);
        var files = 0;
        var options = new RunOptions
        {
            MemoryBudget = Least,
            Workers = workers,
            PartitionBytes = 50_000,
            OnSpill = length => Interlocked.Add(ref files, length == 0 ? 1 : 0),
        };
        using var groups = await Csv.Scan(Source(values)).With(options).GroupBy("key").AggregateAsync(a => a.Count(), a => a.Sum(r => r.GetDouble(1)), a => Lengths(a), Token);

        Assert.Equal(Expected(values), groups.Select(g => (g.Key, g.Value.Item1, Math.Round(g.Value.Item2, 3), g.Value.Item3)));
        Assert.True(files > 2 * GroupSpill<Utf8Row, string>.Shards, $"{files} files: no part was split.");
        Assert.InRange(groups.Report.PeakAccountedBytes, 1, Least);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task GroupBy_KeysOfOneHashBeyondTheBudget_GivesTheSameGroups(int workers)
    {
        var values = Rows(9, 3_000, 700);
        var options = new RunOptions { Workers = workers, PartitionBytes = 500, MostGroupsInOneTable = 100 };
        using var expected = await Run(options with { MemoryBudget = Roomy });
        using var actual = await Run(options with { MemoryBudget = Least });

        Assert.Equal(values.Select(v => v.Key).Distinct(), actual.Select(g => g.Key.Name));
        Assert.Equal(expected.ToArray(), actual.ToArray());
        Assert.True(actual.Report.SpilledBytes > 0);

        // A state under way counts as the largest so far: when the first one has twice the room, those beside it may have so too.
        var growth = 32 * 4200;
        Assert.InRange(actual.Report.PeakAccountedBytes, 1, Least + ((workers + 2) * growth));

        Task<CsvGroups<SameHash, (long, long)>> Run(RunOptions run) => Csv.Scan(Source(values)).With(run).GroupBy(row => new SameHash(row.GetString(0)), new SameHashCodec())
            .AggregateAsync(a => a.Count(), a => a.ApproximateDistinctCount(r => r.GetDouble(1)), Token);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 60_000)]
    [InlineData(3, 130_000)]
    [InlineData(2, 180_000)]
    public async Task GroupBy_CancelledDuringTheMerge_EndsAndLeavesNoFile(int workers, int merges)
    {
        using var folder = new Queries.TemporaryFolder();
        using var stop = new CancellationTokenSource();
        var left = merges;
        var options = new RunOptions { MemoryBudget = Least, Workers = workers, PartitionBytes = 100_000, MostGroupsInOneTable = MostInOneTable, SpillFolder = Directory.CreateDirectory(folder["spill"]).FullName };
        var source = Source(Rows(11, 300_000, 100_000));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Csv.Scan(source).With(options).GroupBy("key").AggregateAsync(
            a => a.Fold(() => 0, (sum, _) => sum + 1, (x, y) =>
            {
                if (Interlocked.Decrement(ref left) == 0)
                {
                    stop.Cancel();
                }

                return x + y;
            }, sum => sum), stop.Token));

        AssertNoFile(folder);
    }

    [Theory]
    [InlineData(Least, 1, "1")]
    [InlineData(Least, 3, "1")]
    [InlineData(Roomy, 1, "no number")]
    [InlineData(Roomy, 4, "no number")]
    public async Task GroupBy_MergeFails_FailsTheRunWithItBeforeALaterBadRecord(long budget, int workers, string last)
    {
        using var folder = new Queries.TemporaryFolder();
        var values = Rows(13, 90_000, 80_000);
        var text = new StringBuilder(Text(values)).Append("a,1\n").Append('x', 200_000).Append(",1\na,").Append(long.MaxValue).Append('\n').Append('x', 200_000).Append(",1\n").Append('x', 200_000).Append(',').Append(last).Append('\n');
        var options = new RunOptions { MemoryBudget = budget, Workers = workers, PartitionBytes = 100_000, MostGroupsInOneTable = MostInOneTable, SpillFolder = Directory.CreateDirectory(folder["spill"]).FullName };

        await Assert.ThrowsAsync<OverflowException>(() => Csv.Scan(Csv.Memory(Encoding.UTF8.GetBytes(text.ToString()), new CsvOptions())).With(options).GroupBy("key")
            .AggregateAsync(a => a.Sum(r => r.TryGet(1, out long value) ? value : (long)r.GetDouble(1)), Token));

        AssertNoFile(folder);
    }

    // Files without a name are still open files, where the system tells of those.
    private static void AssertNoFile(Queries.TemporaryFolder folder)
    {
        Assert.Empty(folder.Files);
        if (OperatingSystem.IsLinux())
        {
            Assert.DoesNotContain(Directory.GetFiles("/proc/self/fd"), file => new FileInfo(file).LinkTarget?.StartsWith(folder["spill"], StringComparison.Ordinal) ?? false);
        }
    }

    private static Aggregate<Utf8Row, int> Lengths(AggregateBuilder<Utf8Row> a) =>
        a.Fold(() => new List<int>(), (list, row) => { list.Add(row.Count); return list; }, (x, y) => { x.AddRange(y); return x; }, list => list.Sum(), new ListCodec());

    private static (string Key, double Value)[] Rows(int seed, int rows, int keys, int keyLength = 0)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, rows).Select(_ => ($"key {random.Next(keys)}".PadRight(keyLength, '.'), random.Next(1, 1_000_000) / 1000.0))];
    }

    private static CsvSource Source((string Key, double Value)[] rows) => Csv.Memory(Encoding.UTF8.GetBytes(Text(rows)), new CsvOptions());

    private static string Text((string Key, double Value)[] rows)
    {
        var text = new StringBuilder("key,value\n");
        foreach (var (key, value) in rows)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"{key},{value}\n");
        }

        return text.ToString();
    }

    private static List<(string Key, long Count, double Sum, int Fields)> Expected((string Key, double Value)[] rows)
    {
        var sums = new Dictionary<string, (long Count, double Sum)>();
        foreach (var (key, value) in rows)
        {
            var (count, sum) = sums.GetValueOrDefault(key);
            sums[key] = (count + 1, sum + value);
        }

        return [.. rows.Select(r => r.Key).Distinct().Select(key => (key, sums[key].Count, Math.Round(sums[key].Sum, 3), 2 * (int)sums[key].Count))];
    }

    /// <summary>The worst key there can be.</summary>
    internal sealed record SameHash(string Name)
    {
        public override int GetHashCode() => 1;
    }

    private sealed class SameHashCodec : IStateCodec<SameHash>
    {
        public void Write(SameHash value, IBufferWriter<byte> output) => output.Write(Encoding.UTF8.GetBytes(value.Name));

        public SameHash Read(ReadOnlySpan<byte> bytes) => new(Encoding.UTF8.GetString(bytes));
    }

    private sealed class ListCodec : IStateCodec<List<int>>
    {
        public void Write(List<int> value, IBufferWriter<byte> output) => output.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(value)));

        public List<int> Read(ReadOnlySpan<byte> bytes) => [.. MemoryMarshal.Cast<byte, int>(bytes)];
    }
}
