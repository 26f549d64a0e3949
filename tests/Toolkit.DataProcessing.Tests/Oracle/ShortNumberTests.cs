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
