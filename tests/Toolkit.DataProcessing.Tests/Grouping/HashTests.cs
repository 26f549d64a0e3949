using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing.Tests.Grouping;

public sealed class HashTests
{
    private const ulong A = 0x0123456789ABCDEF;
    private const ulong B = 0xFEDCBA9876543210;

    [Fact]
    public void FindOrAdd_TenMillionKeysMadeToCollideUnderAKnownSeed_StayFastUnderAnother()
    {
        // Under a known seed, a first word equal to it makes the product zero: all such keys have one hash.
        var known = new SeededHash(A, B);
        Span<byte> key = stackalloc byte[16];
        MemoryMarshal.Write(key, A);
        Assert.Equal(HashOf(known, key, 1), HashOf(known, key, 2));

        var table = new RawKeyTable(SeededHash.Create());
        const int Keys = 10_000_000;
        var longest = 0;
        for (var i = 0; i < Keys; i++)
        {
            MemoryMarshal.Write(key[8..], (ulong)i);
            Assert.Equal(i, table.FindOrAdd(key));
            if (i % 1_000_000 == 999_999)
            {
                longest = Math.Max(longest, table.LongestProbe());
            }
        }

        Assert.Equal(Keys, table.Count);
        Assert.InRange(longest, 0, 200);
    }

    [Fact]
    public void FindOrAdd_KeysOfEveryLength_AreToldApart()
    {
        var random = new Random(3);
        var table = new RawKeyTable(new SeededHash(A, B));
        var expected = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < 200_000; i++)
        {
            // A few letters and NUL: many keys are beginnings of others, or differ in trailing NULs only.
            var key = new byte[random.Next(0, 40)];
            for (var b = 0; b < key.Length; b++)
            {
                key[b] = (byte)(random.Next(3) == 0 ? 0 : 'a' + random.Next(2));
            }

            var text = Convert.ToHexString(key);
            expected.TryAdd(text, expected.Count);
            var padded = RowContext.Pad(key);
            random.NextBytes(padded.AsSpan(RowContext.Padding + key.Length));
            Assert.Equal(expected[text], table.FindOrAddPadded(padded.AsSpan(RowContext.Padding, key.Length)));
            Assert.Equal(expected[text], table.FindOrAdd(key));
        }

        Assert.Equal(expected.Count, table.Count);
        foreach (var (text, index) in expected)
        {
            Assert.Equal(text, Convert.ToHexString(table[index]));
        }
    }

    private static ulong HashOf(SeededHash hash, Span<byte> key, ulong second)
    {
        MemoryMarshal.Write(key[8..], second);
        var (low, high) = SeededHash.Words(key);
        return hash.OfShort(low, high, key.Length);
    }
}
