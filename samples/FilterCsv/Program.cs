// Filters a CSV file that need not fit in memory: what pandas does with read_csv(chunksize=...) and a loop.
//   dotnet run -c Release --project samples/FilterCsv [-- INPUT COLUMN MINIMUM OUTPUT]
// Without arguments it makes a file of 60 MB and filters that; --megabytes N makes a larger one.
using System.Diagnostics;
using System.Globalization;
using Toolkit.DataProcessing;

var megabytes = args is ["--megabytes", var size] ? int.Parse(size, CultureInfo.InvariantCulture) : 60;
var made = args is not [_, _, _, _];
var input = made ? MakeFile(megabytes) : args[0];
var column = made ? "column" : args[1];
var minimum = made ? 90 : long.Parse(args[2], CultureInfo.InvariantCulture);
var output = made ? Path.ChangeExtension(input, ".filtered.csv") : args[3];
try
{
    // The same lines for any size: buffers and the rows on their way to the file are all that is in memory.
    var report = await Csv.Scan(input)
        .With(new RunOptions { BadRows = BadRows.Skip, MemoryBudget = 64 * 1024 * 1024 })
        .Where(row => row.GetInt64(column) > minimum)
        .WriteCsvAsync(output);

    Console.WriteLine($"{report.Bytes / 1e6 / report.Elapsed.TotalSeconds:0} MB/s on {report.Workers} workers, peak of resident memory {Process.GetCurrentProcess().PeakWorkingSet64 / 1_000_000} MB");
    Console.WriteLine($"done: read {report.Records}, rejected {report.BadRecords}, kept {File.ReadLines(output).LongCount() - 1}");
}
finally
{
    if (made)
    {
        File.Delete(input);
        File.Delete(output);
    }
}

static string MakeFile(int megabytes)
{
    var path = Path.GetTempFileName();
    var random = new Random(1);
    using var file = new StreamWriter(path);
    file.Write("id,column,text\n");
    for (long id = 0, written = 0; written < megabytes * 1_000_000L; id++)
    {
        // Every ten-thousandth record has no number where one belongs.
        var line = string.Create(CultureInfo.InvariantCulture, $"{id},{(id % 10_000 == 9_999 ? "?" : random.Next(100))},\"some text, with a comma\"\n");
        file.Write(line);
        written += line.Length;
    }

    return path;
}
