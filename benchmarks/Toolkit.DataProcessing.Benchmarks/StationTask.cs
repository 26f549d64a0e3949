using System.Globalization;
using CsvHelper.Configuration;
using Sylvan.Data.Csv;

namespace Toolkit.DataProcessing.Benchmarks;

[CsvRecord]
internal readonly partial record struct Reading([CsvColumn("value")] double Value);

/// <summary>"station;value": for each station the count, minimum, mean and maximum.</summary>
internal static class StationTask
{
    public static readonly CsvOptions Options = new() { Dialect = new CsvDialect { Delimiter = ';' } };

    public static readonly CsvTask Task = new("station", DataFiles.Station, new Dictionary<string, Func<string, string>>
    {
        ["ours-1"] = path => Ours(path, 1),
        ["ours-2"] = path => Ours(path, 2),
        ["sylvan"] = Sylvan,
        ["csvhelper"] = Helper,
        ["duckdb-1"] = path => DuckDb(path, 1),
        ["duckdb-2"] = path => DuckDb(path, 2),
    });

    private static string Ours(string path, int workers)
    {
        var groups = Csv.Scan<Reading>(path, Options).With(OwnOptions.For(workers)).GroupBy("station")
            .AggregateAsync(a => a.Count(), a => a.Min(r => r.Value), a => a.Mean(r => r.Value), a => a.Max(r => r.Value))
            .GetAwaiter().GetResult();
        return Answer(groups.Select(g => (g.Key, g.Value.Item1, g.Value.Item2, g.Value.Item3, g.Value.Item4)));
    }

    private static string Sylvan(string path)
    {
        var stations = new Stations();
        using var reader = CsvDataReader.Create(path, new CsvDataReaderOptions { Delimiter = ';' });
        while (reader.Read())
        {
            stations.Add(reader.GetFieldSpan(0), reader.GetDouble(1));
        }

        return stations.Answer();
    }

    private static string Helper(string path)
    {
        var stations = new Stations();
        using var reader = new CsvHelper.CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture) { Delimiter = ";" });
        reader.Read();
        reader.ReadHeader();
        while (reader.Read())
        {
            stations.Add(reader.GetField(0), reader.GetField<double>(1));
        }

        return stations.Answer();
    }

    private static string DuckDb(string path, int threads) => Duck.Query(
        threads,
        $"SELECT printf('%s=%d/%.1f/%.4f/%.1f', station, count(*), min(value), avg(value), max(value)) FROM read_csv('{path}', delim=';', header=true, columns={{'station':'VARCHAR','value':'DOUBLE'}}) GROUP BY station ORDER BY station");

    private static string Answer(IEnumerable<(string Station, long Count, double Min, double Mean, double Max)> groups) => string.Join('\n', groups
        .OrderBy(g => g.Station, StringComparer.Ordinal)
        .Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Station}={g.Count}/{g.Min:0.0}/{g.Mean:0.0000}/{g.Max:0.0}")));

    /// <summary>The aggregation that the readers without one get: a dictionary of spans, no string for a row.</summary>
    private sealed class Stations
    {
        private readonly Dictionary<string, Values> _values = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Values>.AlternateLookup<ReadOnlySpan<char>> _lookup;

        public Stations() => _lookup = _values.GetAlternateLookup<ReadOnlySpan<char>>();

        public void Add(ReadOnlySpan<char> station, double value)
        {
            if (!_lookup.TryGetValue(station, out var values))
            {
                _lookup[station] = values = new Values();
            }

            values.Count++;
            values.Sum += value;
            values.Min = Math.Min(values.Min, value);
            values.Max = Math.Max(values.Max, value);
        }

        public string Answer() => StationTask.Answer(_values.Select(v => (v.Key, v.Value.Count, v.Value.Min, v.Value.Sum / v.Value.Count, v.Value.Max)));

        private sealed class Values
        {
            public long Count;
            public double Sum;
            public double Min = double.MaxValue;
            public double Max = double.MinValue;
        }
    }
}
