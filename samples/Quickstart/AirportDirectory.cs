using Toolkit.Caching;
using Toolkit.DataProcessing;

namespace Quickstart;

/// <summary>Finds the city of an airport, as slowly as a service across the network would.</summary>
internal static class AirportDirectory
{
    // Made up: stands for a call to another service.
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(20);

    // Words that the two files use differently.
    private static readonly HashSet<string> Ignored = new(StringComparer.OrdinalIgnoreCase)
    {
        "ARPT", "AIRPORT", "INTL", "INTERNATIONAL", "REGIONAL", "MUNICIPAL", "THE", "AFB", "AIR", "FORCE", "BASE",
    };

    private static List<(HashSet<string> Words, Airport Airport)> s_airports = [];

    /// <summary>Reads airports.csv.</summary>
    public static async Task LoadAsync(string path, CancellationToken cancellationToken)
    {
        var airports = new List<(HashSet<string>, Airport)>();
        await foreach (var airport in Csv.Scan<Airport>(path).ToAsyncEnumerable(cancellationToken))
        {
            airports.Add((Words(airport.Name), airport));
        }

        s_airports = airports;
    }

    /// <summary>The city of the airport that has all words of <paramref name="name"/>, and the fewest others; or null.</summary>
    [Memoize(Capacity = 1024)]
    public static async Task<string?> FindCityAsync(string name, CancellationToken cancellationToken)
    {
        await Task.Delay(Delay, cancellationToken);
        var words = Words(name);
        return s_airports
            .Where(a => words.Count > 0 && words.IsSubsetOf(a.Words))
            .OrderBy(a => a.Words.Count)
            .ThenBy(a => a.Airport.Iata, StringComparer.Ordinal)
            .Select(a => a.Airport.City)
            .FirstOrDefault();
    }

    private static HashSet<string> Words(string name) =>
        name.Split([' ', '-', '/', '\'', '(', ')', '.'], StringSplitOptions.RemoveEmptyEntries)
            .Where(word => !Ignored.Contains(word))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
}
