// Compressed CSV files become one Parquet data set, partitioned by a column; DuckDB queries it as a table.
using System.Globalization;
using System.IO.Compression;
using DuckDB.NET.Data;
using Toolkit.DataProcessing;

const int Files = 4;
const int RecordsInAFile = 50_000;

var folder = Directory.CreateTempSubdirectory("csv-to-parquet-").FullName;
try
{
    for (var i = 0; i < Files; i++)
    {
        WriteFile(Path.Combine(folder, $"sales-{i}.csv.gz"), i);
    }

    // One folder a region, written in parallel, in the order of the input, and renamed as a whole when all is there.
    var target = Path.Combine(folder, "sales");
    var report = await Csv.Scan<Sale>(Path.Combine(folder, "sales-*.csv.gz"))
        .Where(sale => sale.Amount > 0)
        .WriteParquetAsync(target, new ParquetWriteOptions { PartitionBy = ["Region"] });
    foreach (var file in report.Outputs)
    {
        Console.WriteLine($"{file.Path}: {file.Records} records, {file.Bytes / 1024} KiB");
    }

    using var connection = new DuckDBConnection("DataSource=:memory:");
    connection.Open();
    using var command = connection.CreateCommand();
    command.CommandText = $"SELECT Region, count(*), sum(Amount) FROM read_parquet('{target}/*/*.parquet', hive_partitioning = true) GROUP BY Region ORDER BY Region";
    using var reader = command.ExecuteReader();
    var records = 0L;
    while (reader.Read())
    {
        Console.WriteLine($"{reader.GetString(0)}: {reader.GetInt64(1)} sales, {reader.GetValue(2)}");
        records += reader.GetInt64(1);
    }

    Console.WriteLine($"done: read {report.Records}, written {report.Outputs.Sum(file => file.Records)}, queried {records}");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static void WriteFile(string path, int seed)
{
    var random = new Random(seed);
    using var writer = new StreamWriter(new GZipStream(File.Create(path), CompressionLevel.Fastest));
    writer.Write("day,region,amount\n");
    for (var i = 0; i < RecordsInAFile; i++)
    {
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"2024-{1 + random.Next(12):00}-{1 + random.Next(28):00},{"North South East West".Split(' ')[random.Next(4)]},{random.Next(-500, 10_000) / 100m}\n"));
    }
}

[CsvRecord]
internal partial record Sale(DateOnly Day, string Region, decimal Amount);
