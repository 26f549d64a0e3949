using System.Text;

namespace Toolkit.DataProcessing.Benchmarks;

/// <summary>The generated files: the same bytes on each machine, kept in the system's temporary folder.</summary>
internal static class DataFiles
{
    private static readonly string[] Words =
        "the quick brown fox jumps over a lazy dog while seven wizards quietly examine old maps of river deltas and count boats".Split(' ');

    public static string Folder => Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "toolkit-csv-bench")).FullName;

    public static string Station(int megabytes) => Make($"station-{megabytes}.csv", megabytes, "station;value\n", (random, text) =>
        text.Append(StationNames[random.Next(StationNames.Length)]).Append(';').Append(Tenths(random.Next(-499, 500))).Append('\n'));

    public static string Taxi(int megabytes) => Make(
        $"taxi-{megabytes}.csv",
        megabytes,
        "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,RatecodeID,store_and_fwd_flag,PULocationID,DOLocationID,payment_type,fare_amount,extra,mta_tax,tip_amount,tolls_amount,improvement_surcharge,total_amount,congestion_surcharge\n",
        (random, text) =>
        {
            var start = new DateTime(2024, 1, 1).AddSeconds(random.Next(31_000_000));
            text.Append(random.Next(1, 3)).Append(',').Append(start.ToString("yyyy-MM-dd HH:mm:ss")).Append(',')
                .Append(start.AddSeconds(random.Next(60, 4000)).ToString("yyyy-MM-dd HH:mm:ss")).Append(',')
                .Append(random.Next(1, 6)).Append(',').Append(Hundredths(random.Next(10, 3000))).Append(",1,N,")
                .Append(random.Next(1, 266)).Append(',').Append(random.Next(1, 266)).Append(',').Append(random.Next(1, 5)).Append(',')
                .Append(Hundredths(random.Next(300, 9000))).Append(",0.5,0.5,").Append(Hundredths(random.Next(0, 2000))).Append(",0,1,")
                .Append(Hundredths(random.Next(400, 12000))).Append(",2.5\n");
        });

    public static string Text(int megabytes) => Make($"quoted-{megabytes}.csv", megabytes, "id,title,body,score\n", (random, text) =>
    {
        text.Append(random.Next(1, 1_000_000)).Append(",\"");
        Sentence(text, random, 3);
        text.Append("\",\"");
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            Sentence(text, random, 5);
            text.Append(random.Next(6) switch { 0 => "\n", 1 => ", ", 2 => " \"\"quoted\"\" ", _ => ". " });
        }

        text.Append("\",").Append(random.Next(100)).Append('\n');
    });

    public static string Keys(int megabytes) => Make($"keys-{megabytes}.csv", megabytes, "key;value\n", (random, text) =>
        text.Append("user-").Append(random.Next(10_000_000)).Append(';').Append(random.Next(1000)).Append('\n'));

    private static readonly string[] StationNames = [.. Enumerable.Range(0, 413).Select(i => $"{Words[i % Words.Length]}{(i % 7 == 0 ? " " : "")}{Words[i * 7 % Words.Length]}{i % 5}")];

    private static void Sentence(StringBuilder text, Random random, int words)
    {
        for (var i = 0; i < words; i++)
        {
            text.Append(i > 0 ? " " : "").Append(Words[random.Next(Words.Length)]);
        }
    }

    private static string Tenths(int value) => $"{(value < 0 ? "-" : "")}{Math.Abs(value) / 10}.{Math.Abs(value) % 10}";

    private static string Hundredths(int value) => $"{value / 100}.{value % 100:00}";

    private static string Make(string name, int megabytes, string header, Action<Random, StringBuilder> record)
    {
        var path = Path.Combine(Folder, name);
        if (File.Exists(path))
        {
            return path;
        }

        var random = new Random(42);
        using (var stream = new StreamWriter(path + ".tmp", append: false, new UTF8Encoding(false), 1 << 20))
        {
            stream.Write(header);
            var text = new StringBuilder();
            for (long written = header.Length; written < megabytes * 1_000_000L; written += text.Length)
            {
                text.Clear();
                for (var i = 0; i < 1000; i++)
                {
                    record(random, text);
                }

                stream.Write(text);
            }
        }

        File.Move(path + ".tmp", path);
        return path;
    }
}
