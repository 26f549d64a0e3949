using System.Diagnostics;
using System.IO.Compression;
using Parquet;
using Toolkit.Benchmarking;
using ZstdSharp;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>
/// Data in and out: compressed files against their decompressor alone, Parquet against DuckDB, and what quarantine and
/// checkpoints cost. Walls in MB/s of the uncompressed file, two workers; contenders take turns.
/// </summary>
internal static class IoComparison
{
    private const int Megabytes = 300;

    // What writes a file takes longer.
    private const int WrittenMegabytes = 50;
    private const int Rounds = 5;

    private static readonly string[] s_names = ["gzip", "zstd", "parquet", "quarantine", "checkpoints"];

    /// <summary>All comparisons, or one of them.</summary>
    public static void Run(string? only)
    {
        foreach (var name in s_names.Where(name => only is null or "io" || only == name))
        {
            var plain = DataFiles.Taxi(name == "parquet" ? WrittenMegabytes : Megabytes);
            Run(name, plain, new FileInfo(plain).Length / 1e6);
        }
    }

    private static void Run(string name, string plain, double size)
    {
        switch (name)
        {
            case "gzip": Compressed(name, plain, size, stream => new GZipStream(stream, CompressionLevel.Fastest), stream => new GZipStream(stream, CompressionMode.Decompress)); break;
            case "zstd": Compressed(name, plain, size, stream => new CompressionStream(stream, leaveOpen: false), stream => new DecompressionStream(stream, leaveOpen: false)); break;
            case "parquet": ToParquet(plain, size); break;
            case "quarantine": Quarantine(plain); break;
            default: Checkpoints(plain, size); break;
        }
    }

    // The same question as of the taxi rows: three of 18 columns, a filter and groups.
    private static void Compressed(string name, string plain, double size, Func<Stream, Stream> compress, Func<Stream, Stream> decompress)
    {
        var path = $"{plain}.{name}";
        if (!File.Exists(path))
        {
            using (var source = File.OpenRead(plain))
            using (var target = compress(File.Create(path + ".tmp")))
            {
                source.CopyTo(target);
            }

            File.Move(path + ".tmp", path);
        }

        var buffer = new byte[256 * 1024];
        Comparison.Run($"csv.io.{name}", "MB/s", Better.Higher, new Contender("ours", PerSecond(size, () => GroupRides(path, BadRows.Fail))),
        [
            new Contender("decompressor-alone", PerSecond(size, () =>
            {
                using var stream = decompress(File.OpenRead(path));
                while (stream.Read(buffer) > 0)
                {
                }
            })),
        ], Rounds, warmups: 1);
    }

    // Each with its own default of compression, Zstandard and Snappy, and each with the other's.
    private static void ToParquet(string plain, double size)
    {
        foreach (var (codec, method) in new[] { ("", CompressionMethod.Zstd), ("-snappy", CompressionMethod.Snappy) })
        {
            var ours = plain + ".ours.parquet";
            var duck = plain + ".duckdb.parquet";
            var theirs = codec.Length == 0 ? new[] { "snappy", "zstd" } : ["snappy"];
            Comparison.Run("csv.io.parquet" + codec, "MB/s", Better.Higher,
                new Contender("ours", PerSecond(size, () => Csv.Scan<Ride>(plain).WriteParquetAsync(ours, new ParquetWriteOptions { Compression = method }).GetAwaiter().GetResult())),
                [.. theirs.Select(name => new Contender(DuckName(name), PerSecond(size, () => Duck.Query(2, $"COPY (SELECT * FROM read_csv('{plain}')) TO '{duck}.{name}' (FORMAT parquet, COMPRESSION {name})"))))],
                rounds: 3, warmups: 1);
            foreach (var name in theirs)
            {
                Comparison.Print($"csv.io.parquet{codec}-size.{DuckName(name)}", new FileInfo(ours).Length / 1e6, new FileInfo($"{duck}.{name}").Length / 1e6, Better.Lower, "MB");
                File.Delete($"{duck}.{name}");
            }

            File.Delete(ours);
        }
    }

    private static string DuckName(string codec) => codec == "snappy" ? "duckdb-2" : $"duckdb-2-{codec}";

    // One record in a hundred has a text where a number belongs; in the clean file a number of as many bytes.
    private static void Quarantine(string taxi)
    {
        Quarantine("", taxi, new SpoiledFile(taxi, ',', fromEnd: 1, "1.25"), GroupRides);
        var station = DataFiles.Station(Megabytes);
        Quarantine("-station", station, new SpoiledFile(station, ';', fromEnd: 0, "1.25"), GroupReadings);
        var text = DataFiles.Text(Megabytes);
        Quarantine("-text", text, new SpoiledFile(text, ',', fromEnd: 0, "1234"), SumArticles);
    }

    private static void Quarantine(string name, string plain, SpoiledFile spoiled, Action<string, BadRows> work)
    {
        using var file = spoiled;
        var quarantine = plain + ".quarantine.csv";
        var size = new FileInfo(file.Path).Length / 1e6;
        Contender Reading(string side, bool bad, BadRows badRows) => new(side, PerSecond(size, () => work(file.Path, badRows), before: () =>
        {
            File.Delete(quarantine);
            file.Turn(bad);
        }));
        Comparison.Run($"csv.io.quarantine-1-percent{name}", "MB/s", Better.Higher, Reading("ours", true, BadRows.Quarantine(quarantine)),
            [Reading("clean-file", false, BadRows.Fail), Reading("skip", true, BadRows.Skip)], rounds: 41, warmups: 2);
        File.Delete(quarantine);
    }

    // Sixteen times as many as by default, one every 4 MiB of input for CSV and one every 64 MiB for Parquet: what they cost
    // would otherwise be lost in what the same run differs from one time to the next.
    private static void Checkpoints(string plain, double size)
    {
        Checkpoints("", size, plain + ".out.csv", partitions: 1, (options, target) => Csv.Scan<Ride>(plain).With(options).WriteCsvAsync(target));
        Checkpoints("-parquet", size, plain + ".out.parquet", partitions: 16, (options, target) => Csv.Scan<Ride>(plain).With(options).WriteParquetAsync(target, new ParquetWriteOptions()));
    }

    private static void Checkpoints(string name, double size, string target, int partitions, Func<RunOptions, string, Task> write)
    {
        Contender Writing(string side, string? checkpoint) => new(side, PerSecond(
            size, () => write(new RunOptions { CheckpointFolder = checkpoint, CheckpointPartitions = partitions }, target).GetAwaiter().GetResult(), before: () => File.Delete(target)));
        Comparison.Run($"csv.io.checkpoints{name}", "MB/s", Better.Higher, Writing("ours", target + ".checkpoint"), [Writing("without", null)], rounds: 11, warmups: 1);
        File.Delete(target);
    }

    private static void GroupRides(string path, BadRows badRows)
    {
        using var groups = Csv.Scan<RideFare>(path).With(new RunOptions { BadRows = badRows })
            .Where(ride => ride.Total > 10).GroupBy(ride => ride.Payment).AggregateAsync(a => a.Count(), a => a.Sum(ride => ride.Total)).GetAwaiter().GetResult();
    }

    private static void GroupReadings(string path, BadRows badRows)
    {
        using var groups = Csv.Scan<Reading>(path, StationTask.Options).With(new RunOptions { BadRows = badRows }).GroupBy("station")
            .AggregateAsync(a => a.Count(), a => a.Min(r => r.Value), a => a.Mean(r => r.Value), a => a.Max(r => r.Value)).GetAwaiter().GetResult();
    }

    private static void SumArticles(string path, BadRows badRows) =>
        Csv.Scan<Article>(path).With(new RunOptions { BadRows = badRows })
            .AggregateAsync(a => a.Count(), a => a.Sum(article => article.Id), a => a.Sum(article => article.Score)).GetAwaiter().GetResult();

    // A file that is there already is removed before the time is taken: to replace one makes some file systems write it to the disk at once.
    private static Func<double> PerSecond(double size, Action work, Action? before = null) => () =>
    {
        before?.Invoke();
        var start = Stopwatch.GetTimestamp();
        work();
        return size / Stopwatch.GetElapsedTime(start).TotalSeconds;
    };
}

[CsvRecord]
internal readonly partial record struct RideFare([CsvColumn("payment_type")] int Payment, [CsvColumn("total_amount")] double Total);

/// <summary>All columns of the taxi file, with the types that DuckDB finds in them.</summary>
[CsvRecord]
internal readonly partial record struct Ride(
    [CsvColumn("VendorID")] long Vendor,
    [CsvColumn("tpep_pickup_datetime")] DateTime Pickup,
    [CsvColumn("tpep_dropoff_datetime")] DateTime Dropoff,
    [CsvColumn("passenger_count")] long Passengers,
    [CsvColumn("trip_distance")] double Distance,
    [CsvColumn("RatecodeID")] long Rate,
    [CsvColumn("store_and_fwd_flag")] string Stored,
    [CsvColumn("PULocationID")] long From,
    [CsvColumn("DOLocationID")] long To,
    [CsvColumn("payment_type")] long Payment,
    [CsvColumn("fare_amount")] double Fare,
    [CsvColumn("extra")] double Extra,
    [CsvColumn("mta_tax")] double Tax,
    [CsvColumn("tip_amount")] double Tip,
    [CsvColumn("tolls_amount")] double Tolls,
    [CsvColumn("improvement_surcharge")] double Improvement,
    [CsvColumn("total_amount")] double Total,
    [CsvColumn("congestion_surcharge")] double Congestion);
