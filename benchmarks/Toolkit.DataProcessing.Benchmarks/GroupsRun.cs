using Toolkit.Benchmarking;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>Groups of about seven million keys, in memory and on disk: the count and the sum of each, of which the answer is a checksum.</summary>
internal static class GroupsRun
{
    private const int Megabytes = 200;
    private const int Rounds = 3;
    private static readonly CsvOptions Options = new() { Dialect = new CsvDialect { Delimiter = ';' } };

    private static readonly Dictionary<string, Func<string, string>> Sides = new()
    {
        ["memory-1"] = path => Ours(path, 1, 8L << 30),
        ["memory-2"] = path => Ours(path, 2, 8L << 30),
        ["disk-1"] = path => Ours(path, 1, RunOptions.DefaultMemoryBudget),
        ["disk-2"] = path => Ours(path, 2, RunOptions.DefaultMemoryBudget),
        ["duckdb-1"] = path => DuckDb(path, 1),
        ["duckdb-2"] = path => DuckDb(path, 2),
    };

    /// <summary>All sides against each other, or one again and again, for a profiler.</summary>
    public static void Run(string? only)
    {
        var path = DataFiles.Keys(Megabytes);
        var rates = Sides.Keys.Where(side => only is null || side == only).ToDictionary(side => side, _ => new List<double>());
        string? answer = null;
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var (name, times) in rates)
            {
                var sample = SingleRun.Measure(() => Sides[name](path));
                answer ??= sample.Answer;
                if (sample.Answer != answer)
                {
                    throw new InvalidOperationException($"groups: {name} answers {sample.Answer} instead of {answer}");
                }

                times.Add(new FileInfo(path).Length / 1e6 / sample.Wall.TotalSeconds);
            }
        }

        Console.WriteLine($"# groups: {answer}");
        if (only is not null)
        {
            Console.WriteLine($"# {only}: {Comparison.Median([.. rates[only]]):0.0} MB/s");
            return;
        }

        double Rate(string side) => Comparison.Median([.. rates[side]]);
        foreach (var place in (string[])["memory", "disk"])
        {
            Comparison.Print($"csv.groups.{place}.one-worker.duckdb-1", Rate($"{place}-1"), Rate("duckdb-1"), Better.Higher, "MB/s");
            Comparison.Print($"csv.groups.{place}.two-workers.duckdb-2", Rate($"{place}-2"), Rate("duckdb-2"), Better.Higher, "MB/s");
            Comparison.Print($"csv.groups.{place}.scaling.one-worker", Rate($"{place}-2"), Rate($"{place}-1"), Better.Higher, "MB/s");
        }
    }

    private static string Ours(string path, int workers, long budget)
    {
        var options = new RunOptions { Workers = workers, MemoryBudget = budget };
        using var groups = Csv.Scan<KeyedValue>(path, Options).With(options).GroupBy("key")
            .AggregateAsync(a => a.Count(), a => a.Sum(r => r.Value)).GetAwaiter().GetResult();
        var (rows, checksum) = (0L, 0L);
        foreach (var (_, (count, sum)) in groups)
        {
            rows += count;
            checksum ^= sum * count;
        }

        return $"{groups.Count}/{rows}/{checksum}";
    }

    private static string DuckDb(string path, int threads) => Duck.Query(
        threads,
        $"SELECT printf('%d/%d/%d', count(*), sum(n)::BIGINT, bit_xor(s * n)) FROM (SELECT count(*) AS n, sum(value)::BIGINT AS s FROM read_csv('{path}', delim=';', header=true, columns={{'key':'VARCHAR','value':'BIGINT'}}) GROUP BY key)");
}

[CsvRecord]
internal readonly partial record struct KeyedValue([CsvColumn("value")] long Value);
