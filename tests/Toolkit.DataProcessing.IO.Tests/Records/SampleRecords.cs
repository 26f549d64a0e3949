using System.Numerics;
using System.Runtime.Serialization;

namespace Toolkit.DataProcessing.IO.Tests.Records;

[CsvRecord]
internal readonly partial record struct Trip([CsvColumn("payment_type")] int Payment, [CsvColumn("total_amount")] double Total);

internal enum Colour
{
    Red,
    [EnumMember(Value = "dark blue")]
    DarkBlue,
}

[Flags]
internal enum Access
{
    None,
    Read = 1,
    Write = 2,
}

internal sealed class CentsParser : ICsvFieldParser<long>
{
    public static bool TryParse(ReadOnlySpan<byte> utf8, out long value)
    {
        var parsed = CsvFieldParser.TryParse(utf8, out decimal amount);
        value = (long)(amount * 100);
        return parsed;
    }
}

internal readonly record struct Celsius(double Degrees) : IParsable<Celsius>
{
    public static Celsius Parse(string s, IFormatProvider? provider) => new(double.Parse(s.TrimEnd('C'), provider));

    public static bool TryParse(string? s, IFormatProvider? provider, out Celsius result)
    {
        var parsed = double.TryParse(s?.TrimEnd('C'), provider, out var degrees);
        result = new Celsius(degrees);
        return parsed;
    }

    public override string ToString() => FormattableString.Invariant($"{Degrees}C");
}

/// <summary>Every type that a column can have.</summary>
[CsvRecord]
internal sealed partial class Everything
{
    public required bool Bool { get; init; }
    public char Char { get; set; }
    public sbyte SByte { get; set; }
    public short Short { get; set; }
    public int Int { get; set; }
    public long Long { get; set; }
    public byte Byte { get; set; }
    public ushort UShort { get; set; }
    public uint UInt { get; set; }
    public ulong ULong { get; set; }
    public Half Half { get; set; }
    public float Float { get; set; }
    public double Double { get; set; }
    public decimal Decimal { get; set; }
    public Int128 Int128 { get; set; }
    public BigInteger Big { get; set; }
    public DateOnly DateOnly { get; set; }
    public TimeOnly TimeOnly { get; set; }
    public DateTime DateTime { get; set; }
    public DateTimeOffset DateTimeOffset { get; set; }
    public TimeSpan TimeSpan { get; set; }
    public Guid Guid { get; set; }
    public Colour Colour { get; set; }
    public Access Access { get; set; }
    public string String { get; set; } = "";
    public Celsius Celsius { get; set; }

    [CsvIgnore]
    public int Ignored { get; set; }

    public int Computed => Int + 1;
}

[CsvRecord(PoolStrings = true)]
internal partial record Optionals(
    int? Int,
    string? Text,
    DateOnly? Date,
    [CsvColumn(NullValues = ["NA", "-"])] double? Measure,
    Colour? Colour,
    [CsvColumn("count", Default = 7)] int Count,
    [CsvColumn(Default = "1.50")] decimal Price,
    [CsvColumn(Default = "2020-02-29")] DateOnly Start,
    [CsvColumn(Default = "none")] string Label,
    [CsvColumn(Optional = true)] int Rare,
    [CsvColumn("cost", Parser = typeof(CentsParser), Aliases = ["price", "amount"])] long Cents,
    [CsvColumn(Format = "dd/MM/yyyy")] DateOnly Day,
    int WithDefault = 3);
