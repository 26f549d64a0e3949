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

    // Good records go on, bad ones to a file of their own with source, line, byte offset, column, reason and record.
    var rejects = Path.Combine(folder, "rejects.csv");
    var good = await Csv.Scan<Order>(source)
        .With(new RunOptions { BadRows = BadRows.Quarantine(rejects) with { MaxShare = 0.9 } })
        .WriteCsvAsync(Path.Combine(folder, "good.csv"));
    Console.WriteLine($"good: {good.Records - good.BadRecords} of {good.Records}, rejected: {good.BadRecords}");

    // The quarantine is CSV too: mend what can be mended, and read it again.
    var mended = new StringBuilder("order,day,amount,customer\n");
    foreach (var record in (await Csv.Scan(rejects).Select(row => row.GetString("record")).ToListAsync()).Value)
    {
        mended.Append(Mend(record)).Append('\n');
    }

    var second = await Csv.Scan<Order>(Csv.Memory(Encoding.UTF8.GetBytes(mended.ToString()), new CsvOptions()))
        .With(new RunOptions { BadRows = BadRows.Skip })
        .WriteCsvAsync(Path.Combine(folder, "mended.csv"));
    Console.WriteLine($"done: read {good.Records}, good {good.Records - good.BadRecords}, mended {second.Records - second.BadRecords}, lost {second.BadRecords}");
}
finally
{
    Directory.Delete(folder, recursive: true);
}

static string Mend(string record) => record
    .Replace("01/05/2024", "2024-05-01", StringComparison.Ordinal)
    .Replace("Kathe\"rine", "Katherine", StringComparison.Ordinal)
    .Replace(",n/a,", ",0,", StringComparison.Ordinal);

[CsvRecord]
internal partial record Order([CsvColumn("order")] int Number, DateOnly Day, decimal Amount, string Customer);
