// A dirty file: what is wrong with it, what of it can be used, and what becomes of the rest once it is mended.
using System.Text;
using Toolkit.DataProcessing;

var folder = Directory.CreateTempSubdirectory("dirty-csv-").FullName;
try
{
    var input = Path.Combine(folder, "orders.csv");
    File.WriteAllText(input, """
        order,day,amount,customer
        1,2024-05-01,12.50,Ada
        2,2024-05-01,n/a,Grace
        3,01/05/2024,7.25,"Hopper, Grace"
        4,2024-05-02,3.00
        5,2024-05-02,8.75,Kathe"rine
        6,2024-05-03,1.25,Edsger

        """.ReplaceLineEndings("\n"));
    var source = Csv.Files(input, new CsvOptions());

    // What a person needs to mend the file: each kind of fault with its first line and a caret under it.
    Console.WriteLine(await Csv.CheckAsync<Order>(source));

    // Good records go on; a hook mends what it can, in place; the rest goes to a file with source, line, byte offset, column,
    // reason and record.
    var rejects = Path.Combine(folder, "rejects.csv");
    var report = await Csv.Scan<Order>(source)
        .With(new RunOptions { BadRows = BadRows.Quarantine(rejects) with { MaxShare = 0.9, Repair = Mend } })
        .WriteCsvAsync(Path.Combine(folder, "good.csv"));
    Console.WriteLine(File.ReadAllText(Path.Combine(folder, "good.csv")));

    foreach (var reject in (await Csv.Scan(rejects).Select(row => $"line {row.GetInt64("line")}: {row.GetString("message")}").ToListAsync()).Value)
    {
        Console.WriteLine(reject);
    }

    var good = report.Records - report.BadRecords - report.RepairedRecords;
    Console.WriteLine($"done: read {report.Records}, good {good}, mended {report.RepairedRecords}, lost {report.BadRecords}");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

// Runs on the worker threads, once or more for a record: no side effects.
static ReadOnlyMemory<byte>? Mend(BadRow row) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(row.Raw.Span)
    .Replace("01/05/2024", "2024-05-01", StringComparison.Ordinal)
    .Replace("Kathe\"rine", "Katherine", StringComparison.Ordinal)
    .Replace(",n/a,", ",0,", StringComparison.Ordinal));

[CsvRecord]
internal partial record Order([CsvColumn("order")] int Number, DateOnly Day, decimal Amount, string Customer);
