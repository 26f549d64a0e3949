using System.Globalization;
using CsvHelper.Configuration;
using Sylvan.Data.Csv;

namespace Toolkit.DataProcessing.Benchmarks;

[CsvRecord]
internal readonly partial record struct TaxiTrip(
    [CsvColumn("payment_type")] int Payment, [CsvColumn("trip_distance")] double Distance, [CsvColumn("total_amount")] double Total);

/// <summary>Three of eighteen columns: for each kind of payment the count and the total of trips beyond a mile.</summary>
internal static class TaxiTask
{
    public static readonly CsvTask Task = new("taxi", DataFiles.Taxi, new Dictionary<string, Func<string, string>>
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
        var groups = Csv.Scan<TaxiTrip>(path).With(OwnOptions.For(workers)).Where(trip => trip.Distance > 1)
            .GroupBy(trip => trip.Payment).AggregateAsync(a => a.Count(), a => a.Sum(trip => trip.Total)).GetAwaiter().GetResult();
        return Answer(groups.Select(g => (g.Key, g.Value.Item1, g.Value.Item2)));
    }

    private static string Sylvan(string path)
    {
        using var reader = CsvDataReader.Create(path);
        var (payment, distance, total) = (reader.GetOrdinal("payment_type"), reader.GetOrdinal("trip_distance"), reader.GetOrdinal("total_amount"));
        var sums = new Dictionary<int, (long Count, double Sum)>();
        while (reader.Read())
        {
            if (reader.GetDouble(distance) > 1)
            {
                Add(sums, reader.GetInt32(payment), reader.GetDouble(total));
            }
        }

        return Answer(sums.Select(s => (s.Key, s.Value.Count, s.Value.Sum)));
    }

    private static string Helper(string path)
    {
        using var reader = new CsvHelper.CsvReader(new StreamReader(path), new CsvConfiguration(CultureInfo.InvariantCulture));
        reader.Read();
        reader.ReadHeader();
        var (payment, distance, total) = (reader.GetFieldIndex("payment_type"), reader.GetFieldIndex("trip_distance"), reader.GetFieldIndex("total_amount"));
        var sums = new Dictionary<int, (long Count, double Sum)>();
        while (reader.Read())
        {
            if (reader.GetField<double>(distance) > 1)
            {
                Add(sums, reader.GetField<int>(payment), reader.GetField<double>(total));
            }
        }

        return Answer(sums.Select(s => (s.Key, s.Value.Count, s.Value.Sum)));
    }

    private static string DuckDb(string path, int threads) => Duck.Query(
        threads,
        $"SELECT printf('%d=%d/%.2f', payment_type, count(*), sum(total_amount)) FROM read_csv('{path}', delim=',', header=true, columns={{'VendorID':'INT','tpep_pickup_datetime':'VARCHAR','tpep_dropoff_datetime':'VARCHAR','passenger_count':'INT','trip_distance':'DOUBLE','RatecodeID':'INT','store_and_fwd_flag':'VARCHAR','PULocationID':'INT','DOLocationID':'INT','payment_type':'INT','fare_amount':'DOUBLE','extra':'DOUBLE','mta_tax':'DOUBLE','tip_amount':'DOUBLE','tolls_amount':'DOUBLE','improvement_surcharge':'DOUBLE','total_amount':'DOUBLE','congestion_surcharge':'DOUBLE'}}) WHERE trip_distance > 1 GROUP BY payment_type ORDER BY payment_type");

    private static void Add(Dictionary<int, (long Count, double Sum)> sums, int payment, double total)
    {
        ref var sum = ref System.Runtime.InteropServices.CollectionsMarshal.GetValueRefOrAddDefault(sums, payment, out _);
        sum.Count++;
        sum.Sum += total;
    }

    private static string Answer(IEnumerable<(int Payment, long Count, double Sum)> groups) => string.Join('\n', groups
        .OrderBy(g => g.Payment).Select(g => string.Create(CultureInfo.InvariantCulture, $"{g.Payment}={g.Count}/{g.Sum:0.00}")));
}
