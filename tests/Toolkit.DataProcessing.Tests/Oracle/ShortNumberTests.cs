using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.Tests.Oracle;

public sealed class ShortNumberTests
{
    [Fact]
    public void TryGet_RandomAndAwkwardFields_AgreesWithThePlatformBitForBit()
    {
        var random = new Random(5);
        var alphabet = "0123456789012345678901234567890123456789.-+e \"x";
        string[] awkward = ["", "-", ".", "-.", "-0", "0", "-0.0", "1.", ".5", "-.5", "1.2.3", "--1", "1-", "NaN", "99999999", "-9999999", "9999.999", "1e5", "+1", "12345678", "123456789", "00000001", "2147483648", "4\u0664"];
        for (var i = 0; i < 300_000; i++)
        {
            var text = i < awkward.Length ? awkward[i] : new string([.. Enumerable.Range(0, random.Next(0, 11)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            if (text.Contains('"'))
            {
                continue;
            }

            var bytes = Encoding.UTF8.GetBytes($"9{text}9,7");
            var field = bytes.AsSpan(1..^3);
            var row = new Utf8Row(field, [field.Length], '"', new FieldScratch(), 0, 0);
            AssertSame(row, field, text);
        }
    }

    [Fact]
    public void ParseReals_ManyFieldsAtOnce_AgreesWithOneAfterTheOther()
    {
        // Whole vectors, and what is left behind them; every length, also such that no field has.
        var random = new Random(6);
        var alphabet = "0123456789012345678901234567890123456789....--+e /:"u8.ToArray();
        var word = new byte[8];
        for (var round = 0; round < 20_000; round++)
        {
            var count = random.Next(1, 40);
            var words = new ulong[count];
            var lengths = new int[count];
            for (var i = 0; i < count; i++)
            {
                for (var b = 0; b < word.Length; b++)
                {
                    word[b] = random.Next(200) == 0 ? (byte)random.Next(256) : alphabet[random.Next(random.Next(3) == 0 ? alphabet.Length : 40)];
                }

                lengths[i] = random.Next(50) == 0 ? random.Next(-1, 100) : random.Next(0, 9);
                if (lengths[i] is > 0 and <= 8)
                {
                    word[8 - lengths[i]] = random.Next(3) == 0 ? (byte)'-' : word[8 - lengths[i]];
                    word[random.Next(8)] = random.Next(2) == 0 ? (byte)'.' : (byte)'5';
                }

                words[i] = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(word);
            }

            AssertSameAsSingly(words, lengths);
        }
    }

    private static void AssertSameAsSingly(ulong[] words, int[] lengths)
    {
        var (reals, integers, wide) = (new double[words.Length], new int[words.Length], new long[words.Length]);
        var (ofReals, ofIntegers, ofWide) = (lengths.ToArray(), lengths.ToArray(), lengths.ToArray());
        var all = ShortNumbers.ParseReals(words, ofReals, reals);
        var allIntegers = ShortNumbers.ParseIntegers(words, ofIntegers, integers);
        var allWide = ShortNumbers.ParseIntegers(words, ofWide, wide);
        for (var i = 0; i < words.Length; i++)
        {
            var isShort = lengths[i] is >= 1 and <= ShortNumber.Longest;
            var (real, integer) = (0.0, 0);
            var isReal = isShort && ShortNumber.TryReal(words[i], lengths[i], out real);
            var isInteger = isShort && ShortNumber.TryInteger(words[i], lengths[i], out integer);
            var text = $"{words[i]:X16} {lengths[i]}";
            Assert.True(isReal == (ofReals[i] != ShortNumbers.Failed), text);
            Assert.True(isInteger == (ofIntegers[i] != ShortNumbers.Failed) && isInteger == (ofWide[i] != ShortNumbers.Failed), text);
            Assert.True(!isReal || BitConverter.DoubleToInt64Bits(real) == BitConverter.DoubleToInt64Bits(reals[i]), text);
            Assert.True(!isInteger || (integer == integers[i] && integer == wide[i]), text);
        }

        Assert.Equal(all, !ofReals.Contains(ShortNumbers.Failed));
        Assert.Equal(allIntegers, !ofIntegers.Contains(ShortNumbers.Failed));
        Assert.Equal(allWide, allIntegers);
    }

    [Fact]
    public void Quotient_EveryPowerOfTen_EqualsTheDivisionBitForBit()
    {
        // All ten million dividends take seconds in a debug build: otherwise the small ones, and each eleventh beyond.
        var step = Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 1 : 11;
        double[] powers = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7];
        for (var power = 0; power < powers.Length; power++)
        {
            for (var n = 0; n < 10_000_000; n += n < 300_000 ? 1 : step)
            {
                if (BitConverter.DoubleToInt64Bits(ShortNumber.Quotient(n, power)) != BitConverter.DoubleToInt64Bits(n / powers[power]))
                {
                    Assert.Fail($"{n} / 10^{power}");
                }
            }
        }
    }

    private static void AssertSame(Utf8Row row, ReadOnlySpan<byte> field, string text)
    {
        var real = double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out var d);
        Assert.True(real == row.TryGet(0, out double gotDouble), text);
        Assert.True(!real || BitConverter.DoubleToInt64Bits(d) == BitConverter.DoubleToInt64Bits(gotDouble), text);
        var whole = CsvFieldParser.TryParse(field, out int n);
        Assert.True(whole == row.TryGet(0, out int gotInt) && n == gotInt, text);
        var wide = CsvFieldParser.TryParse(field, out long l);
        Assert.True(wide == row.TryGet(0, out long gotLong) && l == gotLong, text);
    }
}
