using System.Globalization;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Outputs;

public sealed class ParquetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(7)]
    public void Write_EveryType_IsReadByDuckDb(int rowGroupRecords)
    {
        var rows = RoundTripTests.Rows(9);
        var options = new ParquetWriteOptions { RowGroupRecords = rowGroupRecords };
        Csv.Write(rows, _folder["out.parquet"], new ParquetOutputFormat(options), options);

        AssertReadByDuckDb(rows);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task WriteParquetAsync_OneFileWithCheckpoints_IsReadByDuckDb(int checkpointPartitions)
    {
        var rows = RoundTripTests.Rows(9);
        Csv.Write(rows, _folder["in.csv"], new CsvWriteOptions());
        var options = new RunOptions { PartitionBytes = 2000, CheckpointFolder = _folder["check"], CheckpointPartitions = checkpointPartitions };

        var report = await Csv.Scan<Wide>(_folder["in.csv"]).With(options).WriteParquetAsync(_folder["out.parquet"], new ParquetWriteOptions { RowGroupRecords = 25 }, TestContext.Current.CancellationToken);

        Assert.True(report.Partitions > 5 * checkpointPartitions, $"{report.Partitions} partitions");
        AssertReadByDuckDb(rows);
    }

    private void AssertReadByDuckDb(IReadOnlyList<Wide> rows)
    {
        var read = DuckDb.Query($"""
            SELECT Flag, Number, "Large", Single, Double, CAST(Decimal AS VARCHAR), CAST(Day AS VARCHAR), CAST(Time AS VARCHAR), epoch_us(Moment), epoch_us("Offset"), CAST(Id AS VARCHAR), Text,
                   NoFlag, NoNumber, NoDouble, CAST(NoDecimal AS VARCHAR), CAST(NoDay AS VARCHAR), epoch_us(NoMoment), CAST(NoId AS VARCHAR), NoText
            FROM read_parquet('{_folder["out.parquet"]}')
            """);

        Assert.Equal(rows.Count, read.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            Assert.Equal(Texts(rows[i]), read[i]);
        }
    }

    [Fact]
    public async Task WriteParquetAsync_HiveLayout_IsOneTable()
    {
        var text = new StringBuilder("State,Year,Cost,Species\n");
        for (var i = 0; i < 1000; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"S{i % 5},{2000 + (i % 3)},{i},{(i % 4 == 0 ? "" : "Gull")}\n");
        }

        var input = _folder.Write("in.csv", text.ToString());
        var options = new ParquetWriteOptions { PartitionBy = ["State"], MaxOpenFiles = 2, RowGroupRecords = 50 };
        var report = await Csv.Scan<Strike>(input).With(new RunOptions { PartitionBytes = 2000, Workers = 3 }).WriteParquetAsync(_folder["out"], options, TestContext.Current.CancellationToken);

        Assert.Equal(1000, report.Outputs.Sum(file => file.Records));
        Assert.Equal(
            DuckDb.Query($"SELECT State, Year, sum(Cost), count(Species) FROM read_csv('{input}') GROUP BY ALL ORDER BY ALL"),
            DuckDb.Query($"SELECT State, Year, sum(Cost), count(Species) FROM read_parquet('{_folder["out"]}/*/*.parquet', hive_partitioning = true) GROUP BY ALL ORDER BY ALL"));
    }

    [Fact]
    public async Task WriteParquetAsync_UntypedRows_AreTexts()
    {
        var input = _folder.Write("in.csv", "a,b\n1,\"x\"\"y\"\n,\"\"\n");

        await Csv.Scan(input).WriteParquetAsync(_folder["out.parquet"], new ParquetWriteOptions(), TestContext.Current.CancellationToken);

        Assert.Equal([["1", "x\"y"], [null, ""]], DuckDb.Query($"SELECT * FROM read_parquet('{_folder["out.parquet"]}')"));
    }

    [Fact]
    public async Task WriteParquetAsync_NoRecords_IsAnEmptyTable()
    {
        var input = _folder.Write("in.csv", "State,Year,Cost,Species\n");

        await Csv.Scan<Strike>(input).WriteParquetAsync(_folder["out.parquet"], new ParquetWriteOptions(), TestContext.Current.CancellationToken);

        Assert.Equal([["0"]], DuckDb.Query($"SELECT count(*) FROM read_parquet('{_folder["out.parquet"]}')"));
    }

    [Fact]
    public void Write_TooManyDecimals_FailsInsteadOfRounding()
    {
        var options = new ParquetWriteOptions { DecimalScale = 1 };
        var exception = Assert.Throws<OverflowException>(() => Csv.Write(RoundTripTests.Rows(1), _folder["out.parquet"], new ParquetOutputFormat(options), options));

        Assert.Contains("'Decimal' has 1 digits after the point", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Files());
    }

    [Fact]
    public void Write_ExtremeValues_AreReadByDuckDb()
    {
        Extreme[] rows =
        [
            new(9_999_999_999_999_999_999.999999999m, DateOnly.MinValue, DateTime.MinValue, new DateTimeOffset(1, 1, 2, 0, 0, 0, TimeSpan.FromHours(14)), Guid.Empty, Color.Red, double.NaN),
            new(-9_999_999_999_999_999_999.999999999m, DateOnly.MaxValue, new DateTime(9999, 12, 31, 23, 59, 59, 999, 999), new DateTimeOffset(9999, 12, 30, 0, 0, 0, TimeSpan.FromHours(-14)), new Guid("00112233-4455-6677-8899-aabbccddeeff"), (Color)7, double.NegativeInfinity),
            new(0.000000001m, new DateOnly(1969, 12, 31), new DateTime(1969, 12, 31, 23, 59, 59, 999, 999, DateTimeKind.Utc), new DateTimeOffset(1969, 12, 31, 23, 59, 59, TimeSpan.Zero), Guid.Empty, Color.Blue, -0.0),
            new(1.10m, new DateOnly(1582, 10, 10), new DateTime(1900, 1, 1, 12, 0, 0, DateTimeKind.Local), DateTimeOffset.UnixEpoch, Guid.Empty, Color.Blue, double.Epsilon),
        ];

        var options = new ParquetWriteOptions();
        Csv.Write(rows, _folder["out.parquet"], new ParquetOutputFormat(options), options);

        Assert.Equal(
            [
                "9999999999999999999.999999999|0001-01-01|0001-01-01 00:00:00|" + Micros(rows[0].Offset.UtcDateTime) + "|00000000-0000-0000-0000-000000000000|Red|nan",
                "-9999999999999999999.999999999|9999-12-31|9999-12-31 23:59:59.999999|" + Micros(rows[1].Offset.UtcDateTime) + "|00112233-4455-6677-8899-aabbccddeeff|7|-inf",
                "0.000000001|1969-12-31|1969-12-31 23:59:59.999999|" + Micros(rows[2].Offset.UtcDateTime) + "|00000000-0000-0000-0000-000000000000|Blue|-0.0",
                "1.100000000|1582-10-10|1900-01-01 12:00:00|0|00000000-0000-0000-0000-000000000000|Blue|5e-324",
            ],
            DuckDb.Query($"SELECT CAST(Decimal AS VARCHAR), CAST(Day AS VARCHAR), CAST(Moment AS VARCHAR), epoch_us(\"Offset\"), CAST(Id AS VARCHAR), Color, replace(CAST(Real AS VARCHAR), '-nan', 'nan') FROM read_parquet('{_folder["out.parquet"]}')").Select(row => string.Join('|', row)));
    }

    [Theory]
    [InlineData("10000000000000000000")]
    [InlineData("-79228162514264337593543950335")]
    public void Write_DecimalBeyondItsDigits_Fails(string value)
    {
        var options = new ParquetWriteOptions();
        Extreme[] rows = [new(decimal.Parse(value, CultureInfo.InvariantCulture), default, default, default, default, default, 0)];

        var exception = Assert.Throws<OverflowException>(() => Csv.Write(rows, _folder["out.parquet"], new ParquetOutputFormat(options), options));

        Assert.Contains("'Decimal'", exception.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Files());
    }

    private static string?[] Texts(Wide row) =>
    [
        row.Flag.ToString(), Text(row.Number), Text(row.Large), Text(row.Single), Text(row.Double), Text(decimal.Round(row.Decimal, 9) + 0.000000000m), Text(row.Day, "O"),
        Text(row.Time, row.Time.Ticks % 10_000_000 == 0 ? "HH:mm:ss" : "O"), Micros(row.Moment), Micros(row.Offset.UtcDateTime), row.Id.ToString(), row.Text,
        row.NoFlag?.ToString(), row.NoNumber is { } n ? Text(n) : null, row.NoDouble is { } d ? Text(d) : null, row.NoDecimal is { } m ? Text(m + 0.000000000m) : null, row.NoDay is { } day ? Text(day, "O") : null,
        row.NoMoment is { } moment ? Micros(moment) : null, row.NoId?.ToString(), row.NoText,
    ];

    private static string Text(IFormattable value, string? format = null) => value.ToString(format, CultureInfo.InvariantCulture);

    private static string Micros(DateTime value) => Text((value - DateTime.UnixEpoch).Ticks / 10);
}
