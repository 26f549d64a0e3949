// count                       counts the records of standard input
// write LAYOUT FOLDER INPUT   writes with checkpoints, and prints a line a partition
using System.Globalization;
using Toolkit.DataProcessing;

if (args is ["count"])
{
    var counted = await Csv.Scan(Csv.StandardInput(new CsvOptions())).RunAsync();
    Console.WriteLine(counted.Records.ToString(CultureInfo.InvariantCulture));
    return;
}

var (layout, folder, input) = (args[1], args[2], args[3]);
var options = new RunOptions
{
    BadRows = BadRows.Quarantine(Path.Combine(folder, "bad.csv")),
    CheckpointFolder = Path.Combine(folder, "check"),
    CheckpointPartitions = 3,
    PartitionBytes = 4096,
    Workers = 2,
    Progress = new Lines(),
    ProgressInterval = TimeSpan.Zero,
};
var query = Csv.Scan<Reading>(input).With(options);
var target = Path.Combine(folder, "result");
_ = layout switch
{
    "single" => await query.WriteCsvAsync(target),
    "hive" => await query.WriteCsvAsync(target, new CsvWriteOptions { PartitionBy = ["Sensor"], MaxOpenFiles = 2 }),
    _ => await query.WriteParquetAsync(target, new ParquetWriteOptions { PartitionBy = ["Sensor"] }),
};
Console.WriteLine("done");

[CsvRecord]
internal partial record Reading(string Sensor, int Value, string Note);

internal sealed class Lines : IProgress<RunProgress>
{
    public void Report(RunProgress value)
    {
        Console.WriteLine(value.Partitions.ToString(CultureInfo.InvariantCulture));
        Console.Out.Flush();
    }
}
