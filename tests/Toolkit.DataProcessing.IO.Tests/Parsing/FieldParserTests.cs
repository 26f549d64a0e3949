using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Parsing;

/// <summary>Each parser against the platform's, bit for bit, on texts of its own shape with mistakes in them.</summary>
public class FieldParserTests
{
    private const int Rounds = 200_000;

    private static readonly string[] s_worst =
    [
        "", "-", "+", ".", "-.", "0", "-0", "-0.0", "0.0", "00", "007", "+5", " 5", "5 ", "5\0", "1e5", "1E-5", "1e400", "-1e400", "1e-400", "NaN", "nan", "-nan", "Infinity", "-Infinity", "inf", "∞",
        "1.", ".5", "-.5", "1..2", "1.2.3", "1,000", "0x10", "1_000", "--1", "-+1", "1-", "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740993.5",
        "16777216", "16777217", "1.6777217", "0.1", "0.3", "2.2250738585072011e-308", "1.7976931348623157e308", "1.7976931348623159e308", "4.9e-324", "2.4703282292062327e-324",
        "123456789012345678", "1234567890123456789", "999999999999999999", "9999999999999999999", "0.000000000000000001", "0.0000000000000000001", "12345678.12345678", "8.5", "1.23456789012345678901234567890123456789",
        "127", "128", "-128", "-129", "255", "256", "32767", "32768", "-32769", "65535", "65536", "2147483647", "2147483648", "-2147483648", "-2147483649", "4294967295", "4294967296",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "79228162514264337593543950335", "79228162514264337593543950336", "0.0000000000000000000000000001", "0.00000000000000000000000000001", "1.50", "-1.50", "00001.500", "１２", "12é", "1:", "/1", "1234567:", "123/5678",
    ];

    [Fact]
    public void TryParse_Numbers_EqualsThePlatform()
    {
        foreach (var text in s_worst.Concat(RandomTexts("0123456789", "-+.eE, \0:/", 24)))
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Same(text, CsvFieldParser.TryParse(utf8, out sbyte i8), i8, sbyte.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var p8), p8);
            Same(text, CsvFieldParser.TryParse(utf8, out short i16), i16, short.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var p16), p16);
            Same(text, CsvFieldParser.TryParse(utf8, out int i32), i32, int.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var p32), p32);
            Same(text, CsvFieldParser.TryParse(utf8, out long i64), i64, long.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var p64), p64);
            Same(text, CsvFieldParser.TryParse(utf8, out byte u8), u8, byte.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var q8), q8);
            Same(text, CsvFieldParser.TryParse(utf8, out ushort u16), u16, ushort.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var q16), q16);
            Same(text, CsvFieldParser.TryParse(utf8, out uint u32), u32, uint.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var q32), q32);
            Same(text, CsvFieldParser.TryParse(utf8, out ulong u64), u64, ulong.TryParse(utf8, NumberStyles.Integer, CultureInfo.InvariantCulture, out var q64), q64);
            SameReals(text, utf8);
        }
    }

    [Fact]
    public void TryParse_ShortestTextsOfRandomBits_EqualsThePlatform()
    {
        var random = new Random(42);
        for (var i = 0; i < Rounds; i++)
        {
            var bits = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            var shifted = random.NextInt64(1L << 60) / (double)Math.Pow(10, random.Next(0, 20));
            var price = random.Next(10_000_000) / 100m;
            foreach (var text in (string[])[bits.ToString("R", CultureInfo.InvariantCulture), shifted.ToString("R", CultureInfo.InvariantCulture), ((float)shifted).ToString("R", CultureInfo.InvariantCulture), price.ToString(CultureInfo.InvariantCulture)])
            {
                SameReals(text, Encoding.UTF8.GetBytes(text));
            }
        }
    }

    [Fact]
    public void TryParse_Dates_EqualsThePlatform()
    {
        string[] worst = ["2024-02-29", "2023-02-29", "1900-02-29", "2000-02-29", "0000-01-01", "0001-01-01", "9999-12-31", "2024-13-01", "2024-00-01", "2024-01-00", "2024-01-32", " 2024-01-01", "2024-01-01 ", "2024-1-1", "2024:01:01"];
        foreach (var text in worst.Concat(Mutations("2024-02-28", 20_000)))
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            var shaped = IsoText.StartsLikeDate(utf8);
            Same(text, CsvFieldParser.TryParse(utf8, out DateOnly mine), mine, DateOnly.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var platform) && shaped, shaped ? platform : default);
        }
    }

    [Theory]
    [InlineData("2024-02-28T23:59:59.1234567Z")]
    [InlineData("2024-02-28 23:59:59.12")]
    [InlineData("2024-02-28 23:59:59")]
    [InlineData("2024-02-28T23:59:59+05:30")]
    [InlineData("2024-02-28 23:59:59.12345678")]
    [InlineData("2024-02-28T24:00:00")]
    [InlineData("2024-02-28T23:59")]
    public void TryParse_Moments_EqualsThePlatform(string start)
    {
        foreach (var text in Mutations(start, 10_000).Prepend(start))
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            var shaped = IsoText.StartsLikeDate(utf8);
            var platform = DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AdjustToUniversal, out var expected) && shaped;
            Same(text, CsvFieldParser.TryParse(utf8, out DateTime mine), (mine, mine.Kind), platform, shaped ? (expected, expected.Kind) : default);
            platform = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.AssumeUniversal, out var expectedOffset) && shaped;
            Same(text, CsvFieldParser.TryParse(utf8, out DateTimeOffset mineOffset), (mineOffset, mineOffset.Offset), platform, shaped ? (expectedOffset, expectedOffset.Offset) : default);
        }
    }

    [Theory]
    [InlineData("23:59:59.1234567")]
    [InlineData("23:59:59")]
    [InlineData("1:30 PM")]
    public void TryParse_Times_EqualsThePlatform(string start)
    {
        foreach (var text in Mutations(start, 10_000).Prepend(start))
        {
            var utf8 = Encoding.UTF8.GetBytes(text);
            Same(text, CsvFieldParser.TryParse(utf8, out TimeOnly mine), mine, TimeOnly.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var expected), expected);
        }
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("f", false)]
    [InlineData("No", false)]
    [InlineData("0", false)]
    [InlineData("yes", true)]
    [InlineData("2", null)]
    [InlineData("", null)]
    [InlineData("truee", null)]
    public void TryParse_TruthValue_TakesTheUsualTexts(string text, bool? expected)
    {
        var parsed = CsvFieldParser.TryParse(Encoding.UTF8.GetBytes(text), out bool value);

        Assert.Equal(expected, parsed ? value : null);
    }

    private static void SameReals(string text, byte[] utf8)
    {
        Same(text, CsvFieldParser.TryParse(utf8, out double f64), BitConverter.DoubleToInt64Bits(f64), double.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var p64), BitConverter.DoubleToInt64Bits(p64));
        Same(text, CsvFieldParser.TryParse(utf8, out float f32), BitConverter.SingleToInt32Bits(f32), float.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var p32), BitConverter.SingleToInt32Bits(p32));
        var mine = CsvFieldParser.TryParse(utf8, out decimal m);
        var platform = decimal.TryParse(utf8, NumberStyles.Float, CultureInfo.InvariantCulture, out var p);
        Assert.True(mine == platform && decimal.GetBits(m).AsSpan().SequenceEqual(decimal.GetBits(p)), $"'{text}': {mine} {m} against {platform} {p}");
    }

    private static void Same<T>(string text, bool mine, T value, bool platform, T expected) =>
        Assert.True(mine == platform && EqualityComparer<T>.Default.Equals(value, expected), $"'{text}' as {typeof(T).Name}: {mine} {value} against {platform} {expected}");

    private static IEnumerable<string> RandomTexts(string common, string rare, int longest)
    {
        var random = new Random(7);
        for (var i = 0; i < Rounds; i++)
        {
            var length = random.Next(1, longest);
            yield return string.Create(length, random, (text, r) =>
            {
                for (var j = 0; j < text.Length; j++)
                {
                    text[j] = r.Next(12) == 0 ? rare[r.Next(rare.Length)] : common[r.Next(common.Length)];
                }
            });
        }
    }

    private static IEnumerable<string> Mutations(string start, int count)
    {
        const string Replacements = "0123456789-:. TZ+/x";
        var random = new Random(start.Length);
        for (var i = 0; i < count; i++)
        {
            var text = start.ToCharArray();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
            {
                text[random.Next(text.Length)] = random.Next(3) == 0 ? Replacements[random.Next(Replacements.Length)] : (char)('0' + random.Next(10));
            }

            yield return new string(text);
        }
    }
}
