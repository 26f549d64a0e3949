namespace Toolkit.Caching.Benchmarks;

/// <summary>Sequences of keys.</summary>
internal static class Workloads
{
    /// <summary>Zipf with exponent 0.99 over <paramref name="keys"/> keys.</summary>
    public static int[] Zipf(int keys, int length, int seed)
    {
        var cumulative = new double[keys];
        double sum = 0;
        for (var i = 0; i < keys; i++)
        {
            sum += 1 / Math.Pow(i + 1, 0.99);
            cumulative[i] = sum;
        }

        var random = new Random(seed);
        var sequence = new int[length];
        for (var i = 0; i < length; i++)
        {
            var at = Array.BinarySearch(cumulative, random.NextDouble() * sum);
            sequence[i] = at < 0 ? ~at : at;
        }

        return sequence;
    }

    /// <summary>Zipf, of which a third is a scan over keys that never come again.</summary>
    public static int[] Scan(int keys, int length, int seed)
    {
        var sequence = Zipf(keys, length, seed);
        var random = new Random(seed);
        for (var i = 0; i < length; i++)
        {
            sequence[i] = random.NextDouble() < 0.3 ? 1_000_000 + i : sequence[i];
        }

        return sequence;
    }

    /// <summary>Three thousand keys, round and round.</summary>
    public static int[] Loop(int length) => [.. Enumerable.Range(0, length).Select(static i => i % 3000)];
}
