using System.Numerics;

namespace Toolkit.DataProcessing.IO.Tests.Records;

public class GeneratedRecordTests
{
    private static readonly string[] s_optionalHeader =
        ["Int", "Text", "Date", "Measure", "Colour", "count", "Price", "Start", "Label", "cost", "Day"];

    [Fact]
    public void TryParse_ColumnsInAnotherOrder_ReadsByName()
    {
        var binding = SchemaOf<Trip>().Bind(["total_amount", "other", "payment_type"]);

        Assert.True(RowFactory.TryParse<Trip>(binding, out var trip, out _, "12.5", "x", "2"));
        Assert.Equal(new Trip(2, 12.5), trip);
    }

    [Fact]
    public void TryParse_EveryType_ReadsEach()
    {
        var schema = SchemaOf<Everything>();
        var binding = schema.BindByPosition();
        string[] fields =
        [
            "yes", "é", "-128", "-32768", "2147483647", "-9223372036854775808", "255", "65535", "4294967295", "18446744073709551615",
            "1.5", "0.1", "1e-7", "1.50", "-170141183460469231731687303715884105728", "123456789012345678901234567890",
            "2024-02-29", "23:59:59.1234567", "2024-02-29T01:02:03Z", "2024-02-29 01:02:03+02:00", "1.02:03:04", "0f8fad5b-d9cb-469f-a165-70867728950e",
            "dark blue", "\"read, write\"", "\"a \"\"b\"\"\"", "21.5C",
        ];

        Assert.Equal(fields.Length, schema.Columns.Count);
        Assert.True(RowFactory.TryParse<Everything>(binding, out var value, out var error, fields), error.ToString());
        Assert.True(value.Bool);
        Assert.Equal('é', value.Char);
        Assert.Equal(sbyte.MinValue, value.SByte);
        Assert.Equal(short.MinValue, value.Short);
        Assert.Equal(int.MaxValue, value.Int);
        Assert.Equal(long.MinValue, value.Long);
        Assert.Equal(byte.MaxValue, value.Byte);
        Assert.Equal(ushort.MaxValue, value.UShort);
        Assert.Equal(uint.MaxValue, value.UInt);
        Assert.Equal(ulong.MaxValue, value.ULong);
        Assert.Equal((Half)1.5, value.Half);
        Assert.Equal(0.1f, value.Float);
        Assert.Equal(1e-7, value.Double);
        Assert.Equal("1.50", value.Decimal.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(Int128.MinValue, value.Int128);
        Assert.Equal(BigInteger.Parse("123456789012345678901234567890"), value.Big);
        Assert.Equal(new DateOnly(2024, 2, 29), value.DateOnly);
        Assert.Equal(new TimeOnly(23, 59, 59).Add(TimeSpan.FromTicks(1234567)), value.TimeOnly);
        Assert.Equal(new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc), value.DateTime);
        Assert.Equal(DateTimeKind.Utc, value.DateTime.Kind);
        Assert.Equal(new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(2)), value.DateTimeOffset);
        Assert.Equal(new TimeSpan(1, 2, 3, 4), value.TimeSpan);
        Assert.Equal(new Guid("0f8fad5b-d9cb-469f-a165-70867728950e"), value.Guid);
        Assert.Equal(Colour.DarkBlue, value.Colour);
        Assert.Equal(Access.Read | Access.Write, value.Access);
        Assert.Equal("a \"b\"", value.String);
        Assert.Equal(new Celsius(21.5), value.Celsius);
    }

    [Fact]
    public void TryParse_EmptyFields_GivesNullsAndDefaults()
    {
        var binding = SchemaOf<Optionals>().Bind(s_optionalHeader);

        Assert.True(RowFactory.TryParse<Optionals>(binding, out var value, out var error, "", "", "", "NA", "", "", "", "", "", "1.25", "31/12/2024"), error.ToString());
        Assert.Equal(new Optionals(null, null, null, null, null, 7, 1.50m, new DateOnly(2020, 2, 29), "none", 0, 125, new DateOnly(2024, 12, 31)), value);
        Assert.Equal(3, value.WithDefault);
    }

    [Fact]
    public void TryParse_QuotedEmptyText_IsNotNull()
    {
        var binding = SchemaOf<Optionals>().Bind(s_optionalHeader);

        Assert.True(RowFactory.TryParse<Optionals>(binding, out var value, out _, "1", "\"\"", "2024-01-01", "-", "red", "1", "2", "2024-01-02", "\"\"", "1", "01/02/2024"));
        Assert.Equal("", value.Text);
        Assert.Equal("", value.Label);
        Assert.Null(value.Measure);
        Assert.Equal(Colour.Red, value.Colour);
    }

    [Fact]
    public void TryParse_PooledText_SharesOneInstance()
    {
        var binding = SchemaOf<Optionals>().Bind(s_optionalHeader);
        string[] fields = ["1", "same", "2024-01-01", "1", "red", "1", "2", "2024-01-02", "same", "1", "01/02/2024"];

        Assert.True(RowFactory.TryParse<Optionals>(binding, out var first, out _, fields));
        Assert.True(RowFactory.TryParse<Optionals>(binding, out var second, out _, fields));
        Assert.Same(first.Text, second.Text);
        Assert.Same(first.Text, first.Label);
    }

    [Theory]
    [InlineData("x", "1", 0, CsvFieldFault.Invalid, "column 'payment_type': 'x' is not an integer from -2147483648 to 2147483647")]
    [InlineData("", "1", 0, CsvFieldFault.Empty, "column 'payment_type' is empty; expected an integer from -2147483648 to 2147483647")]
    [InlineData("2147483648", "1", 0, CsvFieldFault.Invalid, "column 'payment_type': '2147483648' is not an integer from -2147483648 to 2147483647")]
    [InlineData("1", "1,5", 1, CsvFieldFault.Invalid, "column 'total_amount': '1\u240A5' is not a number")]
    public void TryParse_BadField_SaysWhichAndWhy(string payment, string total, int column, CsvFieldFault fault, string text)
    {
        var binding = SchemaOf<Trip>().BindByPosition();
        var row = RowFactory.Make(payment, "\"" + total.Replace(',', '\n') + "\"");

        var parsed = Parse<Trip>(row, binding, out var error);

        Assert.False(parsed);
        Assert.Equal(new CsvFieldError(column, fault), error);
        Assert.Equal(text, error.Describe(row, binding));
    }

    [Fact]
    public void TryParse_ShortRow_CountsAsEmpty()
    {
        var binding = SchemaOf<Trip>().BindByPosition();

        Assert.False(RowFactory.TryParse<Trip>(binding, out _, out var error, "1"));
        Assert.Equal(new CsvFieldError(1, CsvFieldFault.Empty), error);
    }

    [Fact]
    public void TryParse_DecimalComma_ReadsReals()
    {
        var binding = new CsvBinding(SchemaOf<Trip>(), [0, 1]) { DecimalComma = true };

        Assert.True(RowFactory.TryParse<Trip>(binding, out var trip, out _, "1", "\"1.234,5\""));
        Assert.Equal(1234.5, trip.Total);
    }

    [Fact]
    public void Bind_MissingColumn_NamesItAndTheHeader()
    {
        var exception = Assert.Throws<CsvHeaderException>(() => SchemaOf<Trip>().Bind(["payment_type", "total"]));

        Assert.Equal("The header lacks the column 'total_amount'. It has 2 columns: 'payment_type', 'total'.", exception.Message);
    }

    [Fact]
    public void Bind_AmbiguousName_NamesBothPositions()
    {
        var exception = Assert.Throws<CsvHeaderException>(() => SchemaOf<Trip>().Bind(["payment_type", "total_amount", "payment_type"]));

        Assert.Contains("'payment_type' at position 0 and 'payment_type' at position 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Bind_Alias_FindsTheColumn()
    {
        var binding = SchemaOf<Optionals>().Bind(["Int", "Text", "Date", "Measure", "Colour", "Amount", "Day"]);

        Assert.Equal([0, 1, 2, 3, 4, -1, -1, -1, -1, -1, 5, 6, -1], binding.Positions.ToArray());
    }

    [Theory]
    [InlineData("with_default")]
    [InlineData("With Default")]
    [InlineData("WITH-DEFAULT")]
    public void Bind_MembersOwnName_MatchesLoosely(string name)
    {
        var binding = SchemaOf<Optionals>().Bind([.. s_optionalHeader, name]);

        Assert.Equal(11, binding.Positions[12]);
    }

    private static CsvSchema SchemaOf<T>()
        where T : ICsvRecord<T> => T.Schema;

    private static bool Parse<T>(in Utf8Row row, CsvBinding binding, out CsvFieldError error)
        where T : ICsvRecord<T> => T.TryParse(row, binding, out _, out error);
}
