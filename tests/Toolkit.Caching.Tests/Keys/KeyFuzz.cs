using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Toolkit.Caching.Tests.Keys;

/// <summary>
/// Random argument tuples out of small sets, so that equal ones are frequent: the result shows the arguments, so that a
/// hit for different ones is seen; and equal ones must hit.
/// </summary>
public static class KeyFuzz
{
    private static readonly string?[] Texts = [null, "", "a", "A", "i", "İ", "a\0", "\ud800", "straße", "strasse"];
    private static readonly double[] Doubles = [0.0, -0.0, double.NaN, 1, double.Epsilon, double.PositiveInfinity];
    private static readonly decimal[] Decimals = [0m, 0.0m, 1m, 1.0m, 1.00m, -1m];
    private static readonly bool?[] Bools = [null, true, false];

    /// <summary>Runs and returns a digest of all results, which must not depend on the process.</summary>
    public static string Run(int seed, int rounds)
    {
        var random = new Random(seed);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Memo.KeyMethods.Many.Clear();
        var before = Memo.KeyMethods.Many.Info();
        for (var i = 0; i < rounds; i++)
        {
            var (a, b, c, d, e) = (random.Next(2), (long)random.Next(2), Pick(random, Texts), Pick(random, Doubles), Pick(random, Decimals));
            var (f, g, h, k, l) = (Guid.Empty, new DateTime(random.Next(2), (DateTimeKind)random.Next(3)), Pick(random, Bools), (char)random.Next(2), (random.Next(2), Pick(random, Texts) ?? ""));
            var (color, time) = ((Color)random.Next(2), TimeSpan.FromTicks(random.Next(2)));
            var expected = string.Create(CultureInfo.InvariantCulture, $"{a}/{b}/{c ?? "null"}/{BitConverter.DoubleToInt64Bits(d):x}/{e}/{f}/{g.Ticks}{g.Kind}/{h}/{(int)color}/{time.Ticks}/{(int)k}/{l.Item1}/{l.Item2}");
            var actual = KeyMethods.Many(a, b, c, d, e, f, g, h, color, time, k, l);
            Assert.Equal(expected, actual);
            seen.TryAdd(expected, actual);
            digest.AppendData(Encoding.Unicode.GetBytes(actual));
        }

        // Fewer than the capacity: every repetition has to be a hit.
        var info = Memo.KeyMethods.Many.Info();
        Assert.Equal(seen.Count, info.Misses - before.Misses);
        Assert.Equal(rounds - seen.Count, info.Hits - before.Hits);
        return Convert.ToHexString(digest.GetHashAndReset());
    }

    private static T Pick<T>(Random random, T[] of) => of[random.Next(of.Length)];
}
