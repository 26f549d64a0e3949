// count                       counts the records of standard input
// write LAYOUT FOLDER INPUT   writes with checkpoints, and prints a line a partition; the layout folder takes a folder of files
//                             in any compression and encoding, Latin-1 where the name says so
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
var source = layout == "folder"
    ? Csv.Files([input], [Path.Combine(input, "*latin1*")], new CsvOptions()).Then(Csv.Files(Path.Combine(input, "*latin1*"), new CsvOptions { Encoding = System.Text.Encoding.Latin1 }))
    : Csv.Files(input, new CsvOptions());
var query = Csv.Scan<Reading>(source).With(options);
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
