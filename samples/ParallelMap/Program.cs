// A function that takes long, for each record of a file, on all processors: Python's ProcessPoolExecutor.map.
//   dotnet run -c Release --project samples/ParallelMap [-- RECORDS]
using System.Globalization;
using System.Text;
using Toolkit.DataProcessing;

var records = args is [var given] ? int.Parse(given, CultureInfo.InvariantCulture) : 400;
var text = new StringBuilder("job,limit\n");
for (var i = 0; i < records; i++)
{
    text.Append(CultureInfo.InvariantCulture, $"job {i},{40_000 + (i % 7 * 10_000)}\n");
}

var source = Csv.Memory(Encoding.UTF8.GetBytes(text.ToString()), new CsvOptions());

// A partition is what one worker takes at a time. Each record takes long here, so a partition is a few records.
var options = new RunOptions { PartitionBytes = 64 };
var results = await Csv.Scan(source).With(options)
    .Select(row => (Job: row.GetString("job"), Primes: CountPrimes(row.GetInt32("limit"))))
    .ToListAsync();

// In the order of the input, whoever was done first.
Console.WriteLine($"{results.Value[0].Job}: {results.Value[0].Primes} primes; {results.Value[^1].Job}: {results.Value[^1].Primes} primes");
Console.WriteLine($"{results.Report.WorkTime.TotalSeconds:0.0} s of work in {results.Report.Elapsed.TotalSeconds:0.0} s on {results.Report.Workers} workers");
Console.WriteLine($"done: mapped {results.Value.Count}, primes {results.Value.Sum(result => (long)result.Primes)}");

static int CountPrimes(int limit)
{
    var count = 0;
    for (var n = 2; n < limit; n++)
    {
        var prime = true;
        for (var d = 2; d * d <= n && prime; d++)
        {
            prime = n % d != 0;
        }

        count += prime ? 1 : 0;
    }

    return count;
}
