// packages: Toolkit.DataProcessing
using Toolkit.DataProcessing;

var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".csv");
await File.WriteAllTextAsync(path, "payment_type,total_amount,note\n1,10.5,\"two\nlines\"\n2,20,b\n1,4.5,c\n");
var totals = await Csv.Scan<Trip>(path)
    .Where(trip => trip.Total > 5)
    .GroupBy(trip => trip.Payment)
    .AggregateAsync(a => a.Count(), a => a.Sum(trip => trip.Total));
foreach (var group in totals.OrderBy(g => g.Key))
{
    Console.WriteLine(FormattableString.Invariant($"{group.Key}: {group.Value.Item1} {group.Value.Item2}"));
}

File.Delete(path);

[CsvRecord]
public readonly partial record struct Trip([CsvColumn("payment_type")] int Payment, [CsvColumn("total_amount")] double Total);
