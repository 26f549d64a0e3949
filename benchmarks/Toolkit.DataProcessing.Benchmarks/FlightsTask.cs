using System.Globalization;
using CsvHelper.Configuration;
using Sylvan.Data.Csv;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>Real data: three million flights, turned from Parquet into CSV. For each origin the count and the minutes of late ones.</summary>
internal static class FlightsTask
{
    private const string Parquet = "flights-3m.parquet";

    public static readonly CsvTask Task = new("flights", Generate, new Dictionary<string, Func<string, string>>
    {
        ["ours-1"] = path => Ours(path, 1),
        ["ours-2"] = path => Ours(path, 2),
        ["sylvan"] = Sylvan,
        ["csvhelper"] = Helper,
        ["duckdb-1"] = path => DuckDb(path, 1),
        ["duckdb-2"] = path => DuckDb(path, 2),
    });

    /// <summary>The Parquet file: TOOLKIT_FLIGHTS, or ../shared/data beside the repository; null where neither is there.</summary>
    public static string? Find()
    {
        if (Environment.GetEnvironmentVariable("TOOLKIT_FLIGHTS") is { } given)
        {
            return given;
        }

        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "shared", "data", Parquet);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }

    private static string Generate(int megabytes)
    {
        var path = Path.Combine(DataFiles.Folder, "flights.csv");
        if (!File.Exists(path))
        {
            Duck.Query(2, $"COPY (SELECT * FROM read_parquet('{Find()}')) TO '{path}.tmp' (HEADER, DELIMITER ',')");
            File.Move(path + ".tmp", path);
        }

        return path;
    }

    private static string Ours(string path, int workers)
    {
        using var groups = Csv.Scan(path).With(OwnOptions.For(workers)).Where(row => row.GetInt32("delay") > 0)
            .GroupBy("origin").AggregateAsync(a => a.Count(), a => a.Sum(row => row.GetInt32("delay"))).GetAwaiter().GetResult();
        return Answer(groups.Select(g => (g.Key, g.Value.Item1, g.Value.Item2)));
    }

    private static string Sylvan(string path)
    {
        using var reader = CsvDataReader.Create(path);
        var (delay, origin) = (reader.GetOrdinal("delay"), reader.GetOrdinal("origin"));
        var sums = new Dictionary<string, (long Count, long Sum)>(StringComparer.Ordinal);
        var lookup = sums.GetAlternateLookup<ReadOnlySpan<char>>();
        while (reader.Read())
        {
            var minutes = reader.GetInt32(delay);
            if (minutes > 0)
            {
                lookup.TryGetValue(reader.GetFieldSpan(origin), out var sum);
                lookup[reader.GetFieldSpan(origin)] = (sum.Count + 1, sum.Sum + minutes);
            }
        }

        return Answer(sums.Select(s => (s.Key, s.Value.Count, s.Value.Sum)));
    }

    private static string Helper(string path)
    {
        using var reader = new CsvHelper.CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture));
        reader.Read();
        reader.ReadHeader();
        var (delay, origin) = (reader.GetFieldIndex("delay"), reader.GetFieldIndex("origin"));
        var sums = new Dictionary<string, (long Count, long Sum)>(StringComparer.Ordinal);
        while (reader.Read())
        {
            var minutes = reader.GetField<int>(delay);
            if (minutes > 0)
            {
                var key = reader.GetField(origin)!;
                sums.TryGetValue(key, out var sum);
                sums[key] = (sum.Count + 1, sum.Sum + minutes);
            }
        }

        return Answer(sums.Select(s => (s.Key, s.Value.Count, s.Value.Sum)));
    }

    private static string DuckDb(string path, int threads) => Duck.Query(
        threads,
        $"SELECT printf('%s=%d/%d', origin, count(*), sum(delay)::BIGINT) FROM read_csv('{path}', delim=',', header=true, columns={{'date':'VARCHAR','delay':'INT','distance':'INT','origin':'VARCHAR','destination':'VARCHAR'}}) WHERE delay > 0 GROUP BY origin ORDER BY origin");

    private static string Answer(IEnumerable<(string Origin, long Count, long Sum)> groups) => string.Join('\n', groups
        .OrderBy(g => g.Origin, StringComparer.Ordinal).Select(g => $"{g.Origin}={g.Count}/{g.Sum}"));
}
