using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Grouping;

public sealed class SpillTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task GroupBy_BeyondTheBudget_GivesTheSameGroupsToTheLastBit()
    {
        using var folder = new Queries.TemporaryFolder();
        var bytes = ManyGroups(rows: 200_000, keys: 120_000);
        var source = Csv.Memory(bytes, new CsvOptions());
        var roomy = new RunOptions { PartitionBytes = 300_000, Workers = 3 };
        var tight = roomy with { MemoryBudget = 4 * 1024 * 1024, SpillFolder = Directory.CreateDirectory(folder["spill"]).FullName, Workers = 2 };

        var expected = await Csv.Scan(source).With(roomy).GroupBy("key").AggregateAsync(a => a.Count(), a => a.Sum(r => r.GetDouble(1)), a => a.Variance(r => r.GetDouble(1)), Token);
        using var actual = await Csv.Scan(source).With(tight).GroupBy("key").AggregateAsync(a => a.Count(), a => a.Sum(r => r.GetDouble(1)), a => a.Variance(r => r.GetDouble(1)), Token);

        Assert.Equal(0, expected.Report.SpilledBytes);
        Assert.True(actual.Report.SpilledBytes > 1_000_000, $"{actual.Report.SpilledBytes}");
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.ToArray(), actual.ToArray());
        Assert.Equal(expected.Take(10).ToArray(), actual.Take(10).ToArray());
        actual.Dispose();
        Assert.Empty(folder.Files);
    }

    [Fact]
    public async Task GroupBy_StringKeysBeyondTheBudget_GivesTheSameGroups()
    {
        var source = Csv.Memory(ManyGroups(rows: 120_000, keys: 90_000), new CsvOptions());
        var tight = new RunOptions { MemoryBudget = 4 * 1024 * 1024, PartitionBytes = 200_000 };
        var expected = await Csv.Scan(source).GroupBy(row => row.GetString(0)).AggregateAsync(a => a.Max(r => r.GetDouble(1)), Token);
        using var actual = await Csv.Scan(source).With(tight).GroupBy(row => row.GetString(0)).AggregateAsync(a => a.Max(r => r.GetDouble(1)), Token);

        Assert.True(actual.Report.SpilledBytes > 0);
        Assert.Equal(expected.ToArray(), actual.ToArray());
    }

    [Fact]
    public async Task GroupBy_KeysAndAggregatesWithReferencesBeyondTheBudget_GivesTheSameGroups()
    {
        using var folder = new Queries.TemporaryFolder();
        var source = Csv.Memory(ManyGroups(rows: 60_000, keys: 30_000), new CsvOptions());
        var tight = new RunOptions { MemoryBudget = 4 * 1024 * 1024, PartitionBytes = 100_000, SpillFolder = Directory.CreateDirectory(folder["spill"]).FullName };

        var expected = await Run(new RunOptions { PartitionBytes = 100_000, MemoryBudget = 4L * 1024 * 1024 * 1024 });
        using var actual = await Run(tight);

        Assert.Equal(0, expected.Report.SpilledBytes);
        Assert.True(actual.Report.SpilledBytes > 0);
        Assert.Equal(expected.Select(Text), actual.Select(Text));

        Task<CsvGroups<(string, int), (long, string?, IReadOnlyList<string>, double, int)>> Run(RunOptions options) => Csv.Scan(source).With(options)
            .GroupBy(row => (row.GetString(0), (int)row.GetDouble(1) / 500))
            .AggregateAsync(a => a.DistinctCount(r => r.GetString(1)), a => a.Min(r => r.GetString(1)), a => a.Top(2, r => r.GetString(1)),
                a => a.ApproximateQuantile(0.5, r => r.GetDouble(1)),
                a => a.Fold(() => new List<int>(), (list, r) => { list.Add(r.Count); return list; }, (x, y) => { x.AddRange(y); return x; }, list => list.Count, new ListCodec()), Token);

        static string Text(CsvGroup<(string, int), (long, string?, IReadOnlyList<string>, double, int)> g) =>
            $"{g.Key} {g.Value.Item1} {g.Value.Item2} {string.Join('|', g.Value.Item3)} {g.Value.Item4:R} {g.Value.Item5}";
    }

    [Fact]
    public async Task GroupBy_AggregateWithoutACodec_SaysSo()
    {
        var source = Csv.Memory(ManyGroups(rows: 120_000, keys: 90_000), new CsvOptions());
        var tight = new RunOptions { MemoryBudget = 4 * 1024 * 1024, PartitionBytes = 200_000 };
        var exception = await Assert.ThrowsAsync<InvalidOperationException>(() => Csv.Scan(source).With(tight).GroupBy("key")
            .AggregateAsync(a => a.Fold(() => new List<int>(), (list, r) => list, (x, y) => x, list => list.Count), Token));
        Assert.Contains("MemoryBudget", exception.Message, StringComparison.Ordinal);
        Assert.Contains("IStateCodec", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(300)]
    public async Task GroupBy_DiskFullDuringASpill_SaysSoAndRemovesItsFiles(int writes)
    {
        using var folder = new Queries.TemporaryFolder();
        var spill = Directory.CreateDirectory(folder["spill"]).FullName;
        var left = writes;
        var full = new IOException("No space left on device.");
        var tight = new RunOptions
        {
            MemoryBudget = 4 * 1024 * 1024,
            PartitionBytes = 200_000,
            SpillFolder = spill,
            OnSpill = _ =>
            {
                if (Interlocked.Decrement(ref left) < 0)
                {
                    throw full;
                }
            },
        };
        var exception = await Assert.ThrowsAsync<IOException>(() =>
            Csv.Scan(Csv.Memory(ManyGroups(rows: 120_000, keys: 90_000), new CsvOptions())).With(tight).GroupBy("key").AggregateAsync(a => a.Count(), Token));

        Assert.Same(full, exception.InnerException);
        Assert.Contains($"'{spill}': No space left", exception.Message, StringComparison.Ordinal);
        Assert.Contains("SpillFolder", exception.Message, StringComparison.Ordinal);
        Assert.Empty(folder.Files);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(32)]
    public async Task GroupBy_ManyGroups_KeepsToTheBudget(int megabytes)
    {
        var bytes = ManyGroups(rows: 400_000, keys: 300_000);
        var options = new RunOptions { MemoryBudget = megabytes * 1024L * 1024, PartitionBytes = 100_000, Workers = 2 };
        using var groups = await Csv.Scan(Csv.Memory(bytes, new CsvOptions())).With(options).GroupBy("key").AggregateAsync(a => a.Count(), a => a.Sum(r => r.GetDouble(1)), Token);

        Assert.InRange(groups.Report.PeakAccountedBytes, 1, options.MemoryBudget);
        Assert.Equal(400_000, groups.Sum(group => group.Value.Item1));
    }

    private sealed class ListCodec : IStateCodec<List<int>>
    {
        public void Write(List<int> value, IBufferWriter<byte> output) => output.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(value)));

        public List<int> Read(ReadOnlySpan<byte> bytes) => [.. MemoryMarshal.Cast<byte, int>(bytes)];
    }

    private static byte[] ManyGroups(int rows, int keys)
    {
        var random = new Random(1);
        var text = new StringBuilder("key,value\n");
        for (var i = 0; i < rows; i++)
        {
            text.Append("a key of some length ").Append(random.Next(keys)).Append(',').Append(random.Next(1, 1000)).Append('.').Append(random.Next(1000)).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
