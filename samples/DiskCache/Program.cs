// A slow computation that is instant on the second run of the program:
//   dotnet run            computes
//   dotnet run            takes the results from the folder "cache"
// Change the body of CountPrimes, and it computes again: the method's code is part of the key.
using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Caching;

var folder = args.Length > 0 ? args[0] : "cache";
await using var services = new ServiceCollection()
    .AddToolkitCaching(caching => caching.UseDisk(folder))
    .BuildServiceProvider();
services.UseToolkitCaching();

foreach (var limit in (int[])[2_000_000, 4_000_000, 8_000_000])
{
    var start = Stopwatch.GetTimestamp();
    var count = await Primes.CountPrimes(limit);
    Console.WriteLine($"{count} primes below {limit}: {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0.0} ms");
}

Console.WriteLine($"done: {Primes.Computations} computed");

internal static partial class Primes
{
    public static int Computations { get; private set; }

    [Memoize(Store = "default", Fingerprint = CodeFingerprint.Method)]
    public static ValueTask<int> CountPrimes(int limit)
    {
        Computations++;
        var composite = new bool[limit];
        var count = 0;
        for (var i = 2; i < limit; i++)
        {
            if (composite[i])
            {
                continue;
            }

            count++;
            for (var multiple = (long)i * i; multiple < limit; multiple += i)
            {
                composite[multiple] = true;
            }
        }

        return ValueTask.FromResult(count);
    }
}
