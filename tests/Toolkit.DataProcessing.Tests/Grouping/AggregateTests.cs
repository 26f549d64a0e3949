using System.Text;

namespace Toolkit.DataProcessing.Tests.Grouping;

public sealed class AggregateTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Aggregates_OverPartitions_EqualThoseOverAll()
    {
        var random = new Random(11);
        var values = Enumerable.Range(0, 20_000).Select(_ => Math.Round((random.NextDouble() - 0.3) * 1000, 3)).ToArray();
        var query = Query(values).With(new RunOptions { PartitionBytes = 777, Workers = 3 });

        var (count, mean, variance, distinct, top) = (await query.AggregateAsync(
            a => a.Count(), a => a.Mean(v => v), a => a.Variance(v => v), a => a.DistinctCount(v => v), a => a.Top(4, v => v), Token)).Value;
        var (about, median, low, folded) = (await query.AggregateAsync(
            a => a.ApproximateDistinctCount(v => v), a => a.ApproximateQuantile(0.5, v => v), a => a.ApproximateQuantile(0.01, v => v),
            a => a.Fold(() => 0L, (sum, v) => sum + (long)v, (x, y) => x + y, sum => sum), Token)).Value;

        Assert.Equal(values.Length, count);
        Assert.Equal(values.Average(), mean, 1e-9);
        Assert.Equal(values.Sum(v => Math.Pow(v - values.Average(), 2)) / (values.Length - 1), variance, 1e-6);
        Assert.Equal(values.Distinct().Count(), distinct);
        Assert.Equal(values.OrderDescending().Take(4), top);
        Assert.InRange(about / (double)distinct, 0.94, 1.06);
        var sorted = values.Order().ToArray();
        Assert.InRange(median, sorted[9999] - (Math.Abs(sorted[9999]) * 0.0101), sorted[9999] + (Math.Abs(sorted[9999]) * 0.0101));
        Assert.InRange(low, sorted[199] * 1.0101, sorted[199] * 0.9899);
        Assert.Equal(values.Sum(v => (long)v), folded);
    }

    [Fact]
    public async Task Sum_OfDoubles_IsCompensatedAndTheSameForAnyNumberOfWorkers()
    {
        double[] values = [1e100, 1, -1e100, .. Enumerable.Repeat(0.1, 10_000)];
        var sums = new HashSet<double>();
        foreach (var workers in (int[])[1, 2, 3, 8])
        {
            sums.Add((await Query(values).With(new RunOptions { Workers = workers, PartitionBytes = 500 }).AggregateAsync(a => a.Sum(v => v), Token)).Value);
        }

        Assert.Equal(1001, Assert.Single(sums), 1e-9);
    }

    [Fact]
    public async Task Aggregates_OfNoRow_AreDefined()
    {
        var (count, sum, mean, max, top) = (await Query([]).AggregateAsync(a => a.Count(), a => a.Sum(v => v), a => a.Mean(v => v), a => a.Max(v => v), a => a.Top(3, v => v), Token)).Value;
        Assert.Equal((0, 0, 0), (count, sum, max));
        Assert.True(double.IsNaN(mean));
        Assert.Empty(top);
    }

    [Fact]
    public async Task DistinctAsync_Rows_ComeInOrderOfFirstAppearance()
    {
        var distinct = await Query([3, 1, 3, 2, 1]).With(new RunOptions { PartitionBytes = 2, Workers = 4 }).DistinctAsync(Token);
        Assert.Equal([3, 1, 2], distinct.Value);
    }

    private static CsvQuery<double> Query(double[] values) =>
        Csv.Scan(Csv.Memory(Encoding.UTF8.GetBytes("v\n" + string.Concat(values.Select(v => $"{v:R}\n"))), new CsvOptions())).Select(row => row.GetDouble(0));
}
