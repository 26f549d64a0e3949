using System.Globalization;
using System.Text;
using System.Text.Json;
using CsvHelper.Configuration;

namespace Toolkit.DataProcessing.IO.Tests.Outputs;

/// <summary>What we write is what we, CsvHelper and DuckDB read back.</summary>
public sealed class RoundTripTests : IDisposable
{
    private const int Records = 300;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CsvQuoting.Needed, ',', "\n", false)]
    [InlineData(CsvQuoting.NonNumeric, ',', "\r\n", true)]
    [InlineData(CsvQuoting.All, ';', "\n", false)]
    [InlineData(CsvQuoting.Needed, '-', "\n", false)]
    [InlineData(CsvQuoting.Needed, 'e', "\r\n", false)]
    [InlineData(CsvQuoting.Needed, '.', "\n", false)]
    [InlineData(CsvQuoting.Needed, '0', "\n", false)]
    [InlineData(CsvQuoting.Needed, '\t', "\n", true)]
    public async Task Write_AnyStyle_ReadsBackEqual(CsvQuoting quoting, char delimiter, string newLine, bool mark)
    {
        var rows = Rows(1);
        var options = new CsvWriteOptions { Quoting = quoting, Delimiter = delimiter, NewLine = newLine, ByteOrderMark = mark };

        Csv.Write(rows, _folder["out.csv"], options);
        var read = await Csv.Scan<Wide>(_folder["out.csv"], new CsvOptions { Dialect = new CsvDialect { Delimiter = delimiter } }).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(rows, read.Value);
    }

    [Fact]
    public void Write_AnyText_IsReadByPandas()
    {
        Assert.SkipUnless(Pandas.IsThere, Pandas.Missing);
        var rows = Rows(5);
        Csv.Write(rows, _folder["out.csv"], new CsvWriteOptions());

        var read = Pandas.Run("""
            import json, pandas, sys
            frame = pandas.read_csv(sys.argv[1], dtype={'Text': str, 'NoText': str}, keep_default_na=False)
            for text, none, number in zip(frame['Text'], frame['NoText'], frame['Number']):
                print(json.dumps([text, none, str(number)]))
            """, _folder["out.csv"]);

        var lines = read.TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<string[]>(line)!).ToArray();
        Assert.Equal(rows.Select(row => $"{row.Text}|{row.NoText}|{row.Number}"), lines.Select(line => string.Join('|', line)));
    }

    // Many readers take such a line for a comment.
    [Fact]
    public void Write_FirstFieldLikeAComment_IsReadByDuckDb()
    {
        Strike[] rows = [new("#1", 1, 1, "#a"), new("x", 2, 2, null), new("# y", 3, 3, "b")];

        Csv.Write(rows, _folder["out.csv"], new CsvWriteOptions());

        Assert.StartsWith("State,Year,Cost,Species\n\"#1\",1,1,#a\n", File.ReadAllText(_folder["out.csv"]), StringComparison.Ordinal);
        Assert.Equal([["#1"], ["x"], ["# y"]], DuckDb.Query($"SELECT State FROM read_csv('{_folder["out.csv"]}')"));
    }

    [Fact]
    public void Write_AnyText_IsReadByCsvHelper()
    {
        var rows = Rows(2);
        Csv.Write(rows, _folder["out.csv"], new CsvWriteOptions());

        using var reader = new CsvHelper.CsvReader(new StreamReader(_folder["out.csv"]), new CsvConfiguration(CultureInfo.InvariantCulture));
        reader.Read();
        reader.ReadHeader();
        foreach (var row in rows)
        {
            Assert.True(reader.Read());
            Assert.Equal(row.Text, reader.GetField("Text"));
            Assert.Equal(row.NoText ?? "", reader.GetField("NoText"));
            Assert.Equal(row.Number, reader.GetField<long>("Number"));
            Assert.Equal(row.Double, reader.GetField<double>("Double"));
            Assert.Equal(row.Decimal, reader.GetField<decimal>("Decimal"));
            Assert.Equal(row.Day, reader.GetField<DateOnly>("Day"));
            Assert.Equal(row.Id, reader.GetField<Guid>("Id"));
        }

        Assert.False(reader.Read());
    }

    [Fact]
    public void Write_AnyText_IsReadByDuckDb()
    {
        var rows = Rows(3);
        Csv.Write(rows, _folder["out.csv"], new CsvWriteOptions());

        var read = DuckDb.Query($"SELECT Text, NoText, Number, Moment, Id FROM read_csv('{_folder["out.csv"]}', header = true, delim = ',', quote = '\"', escape = '\"', all_varchar = true, strict_mode = false, allow_quoted_nulls = false)");

        Assert.Equal(rows.Select(row => row.Text), read.Select(row => row[0] ?? ""));
        Assert.Equal(rows.Select(row => row.NoText), read.Select(row => row[1]));
        Assert.Equal(rows.Select(row => row.Number.ToString(CultureInfo.InvariantCulture)), read.Select(row => row[2]));
        Assert.Equal(rows.Select(row => row.Id.ToString()), read.Select(row => row[4]));
    }

    [Fact]
    public void Write_JsonLines_IsReadByTheJsonParserAndDuckDb()
    {
        var rows = Rows(4);
        Csv.Write(rows, _folder["out.jsonl"], new JsonLinesOutputFormat(new JsonLinesWriteOptions()), new JsonLinesWriteOptions());

        var lines = File.ReadAllText(_folder["out.jsonl"]).TrimEnd('\n').Split('\n');
        Assert.Equal(rows.Count, lines.Length);
        for (var i = 0; i < lines.Length; i++)
        {
            using var json = JsonDocument.Parse(lines[i]);
            Assert.Equal(rows[i].Text, json.RootElement.GetProperty("Text").GetString());
            Assert.Equal(rows[i].NoText, json.RootElement.GetProperty("NoText").GetString());
            Assert.Equal(rows[i].Decimal, json.RootElement.GetProperty("Decimal").GetDecimal());
            Assert.Equal(rows[i].Large, json.RootElement.GetProperty("Large").GetUInt64());
            Assert.Equal(rows[i].Moment, json.RootElement.GetProperty("Moment").GetDateTime());
        }

        var read = DuckDb.Query($"SELECT Text, NoNumber FROM read_json('{_folder["out.jsonl"]}', format = 'newline_delimited')");
        Assert.Equal(rows.Select(row => row.Text), read.Select(row => row[0]));
        Assert.Equal(rows.Select(row => row.NoNumber?.ToString(CultureInfo.InvariantCulture)), read.Select(row => row[1]));
    }

    [Theory]
    [InlineData("=1+1", "\"'=1+1\"")]
    [InlineData("-5", "-5")]
    [InlineData("-5+2", "\"'-5+2\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("plain", "plain")]
    public void Write_GuardFormulas_PutsAnApostrophe(string text, string expected)
    {
        Csv.Write([new Strike(text, 1, 2, null)], _folder["out.csv"], new CsvWriteOptions { GuardFormulas = true });

        Assert.Equal($"State,Year,Cost,Species\n{expected},1,2,\n", File.ReadAllText(_folder["out.csv"]));
    }

    [Fact]
    public void Write_OneNullColumn_IsNoBlankLine()
    {
        Csv.Write([new Single(null), new Single("x")], _folder["out.csv"], new CsvWriteOptions());

        Assert.Equal("Only\n\"\"\nx\n", File.ReadAllText(_folder["out.csv"]));
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("a,b")]
    public void Write_NullTextThatNeedsQuotes_IsRefused(string nullText) =>
        Assert.Throws<ArgumentException>(() => Csv.Write<Strike>([], _folder["out.csv"], new CsvWriteOptions { NullText = nullText }));

    internal static List<Wide> Rows(int seed)
    {
        var random = new Random(seed);
        var rows = new List<Wide>();
        for (var i = 0; i < Records; i++)
        {
            var there = random.Next(2) == 0;
            var moment = new DateTime(2000, 1, 1).AddSeconds(random.Next()).AddMicroseconds(random.Next(2) * random.Next(1_000_000));
            rows.Add(new Wide(
                random.Next(2) == 0, random.NextInt64(long.MinValue, long.MaxValue), (ulong)random.NextInt64() * 2, random.NextSingle() * 1e6f, random.NextDouble() * Math.Pow(10, random.Next(-20, 20)), random.Next() / 1000m,
                DateOnly.FromDateTime(moment), TimeOnly.FromDateTime(moment), moment, new DateTimeOffset(moment, TimeSpan.FromMinutes(random.Next(-600, 600))), new Guid(Bytes(random, 16)), Text(random),
                there ? true : null, there ? null : random.NextInt64(), there ? 0.5 : null, there ? null : -1.25m, there ? DateOnly.FromDateTime(moment) : null, there ? null : moment, there ? Guid.Empty : null, there ? Text(random) : null));
        }

        return rows;
    }

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static string Text(Random random)
    {
        const string Alphabet = "ab,;\"\"\r\n\t =+-'é日\\{}%#|.0e";
        var text = new StringBuilder();
        for (var length = random.Next(0, 9); length > 0; length--)
        {
            text.Append(random.Next(30) == 0 ? "😀" : Alphabet[random.Next(Alphabet.Length)]);
        }

        return text.ToString();
    }
}

[CsvRecord]
internal partial record Single(string? Only);
