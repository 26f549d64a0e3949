using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Sniffing;

public sealed class SniffTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("a,b\n1,2024-01-01\n2,2024-01-02\n", ',', true, 0, "a:Integer b:Date")]
    [InlineData("a;b\n1,5;x\n2,25;y\n1.000,5;z\n", ';', true, 0, "a:Double b:Text")]
    [InlineData("1\t2.5\n3\t4.5\n", '\t', false, 0, "column0:Integer column1:Double")]
    [InlineData("Report of May\n\nx|y|z\n1|true|\n2|false|q\n", '|', true, 1, "x:Integer y:Boolean z:Text")]
    [InlineData("name,text\nA,\"x;y;z\"\nB,\"p;q\nr;s\"\n", ',', true, 0, "name:Text text:Text")]
    public void Sniff_Sample_FindsTheDialect(string text, char delimiter, bool header, int preamble, string columns)
    {
        var sniff = Csv.Sniff(_folder.Write("in.csv", text));

        Assert.Equal(delimiter, sniff.Options.Dialect.Delimiter);
        Assert.Equal(header, sniff.Options.HasHeader);
        Assert.Equal(preamble, sniff.Preamble);
        Assert.Equal(columns, string.Join(' ', sniff.Columns.Select(column => $"{column.Name}:{column.Type}")));
        Assert.InRange(sniff.Confidence, 0.5, 1);
        Assert.NotEmpty(sniff.Explanation);
    }

    [Fact]
    public async Task Sniff_Escapes_AreReadByTheScan()
    {
        var path = _folder.Write("in.csv", "a,b\n" + string.Concat(Enumerable.Repeat("1,\"x, \\\"y\\\",\nz\"\n", 5)));
        var sniff = Csv.Sniff(path);

        Assert.Equal(('\\', (char?)'\\'), (sniff.Escape, sniff.Options.Dialect.Escape));
        Assert.Equal("1x, \"y\",\nz", (await Csv.Scan(path, sniff.Options).Select(row => row.GetString("a") + row.GetString("b")).ToListAsync(TestContext.Current.CancellationToken)).Value[4]);
    }

    [Theory]
    [InlineData("zürich", "iso-8859-1")]
    [InlineData("plain", null)]
    public async Task Sniff_Latin1_IsFoundOut(string city, string? encoding)
    {
        var path = _folder.Write("in.csv", Encoding.Latin1.GetBytes($"city,zip\n{city},08001\n{city},00501\n"));
        var sniff = Csv.Sniff(path);

        Assert.Equal(encoding, sniff.Options.Encoding?.WebName);
        Assert.Equal(city, (await Csv.Scan(path, sniff.Options).Select(row => row.GetString("city")).ToListAsync(TestContext.Current.CancellationToken)).Value[0]);

        // As integers they would lose their zeros.
        Assert.Equal(CsvValueType.Text, sniff.Columns[1].Type);
        Assert.Contains(sniff.Explanation, reason => reason.Contains("'zip'", StringComparison.Ordinal));
    }

    [Fact]
    public void Sniff_DamagedUtf8OrCutCharacter_StaysUtf8()
    {
        Assert.Null(Csv.Sniff(_folder.Write("in.csv", [.. "a,b\nzürich,é\nx"u8, 0xFF, .. ",y\n"u8])).Options.Encoding);
        Assert.Null(Csv.Sniff(_folder.Write("long.csv", "a,bc\n" + string.Concat(Enumerable.Repeat("1,é日\n", 20_000)))).Options.Encoding);
    }

    [Fact]
    public void Sniff_CompressionAndEncoding_AreTold()
    {
        Assert.Contains("the first bytes are those of Gzip", Csv.Sniff(_folder.Write("in.csv", Inputs.Archives.Compress(CsvCompression.Gzip, "a,b\n1,2\n"u8.ToArray()))).Explanation);
        Assert.Contains("the first bytes are text in utf-16", Csv.Sniff(_folder.Write("in16.csv", Encoding.Unicode.GetBytes("a,b\n1,2\n"))).Explanation);
    }

    [Fact]
    public void Sniff_OptionsThatWereSaid_Hold()
    {
        var said = new CsvOptions { SkipLines = 1, HasHeader = false, Dialect = new CsvDialect { Delimiter = ';', Quote = '\'', Comment = '%', Escape = '^' } };
        var sniff = Csv.Sniff(_folder.Write("in.csv", "a,b,c\n%x;y,z\n'1;''2';3,4\n%;\n5;6,7\n"), said, delimiter: null, header: null);

        Assert.Equal(said.Dialect, sniff.Options.Dialect);
        Assert.Equal((1, false, 0), (sniff.Options.SkipLines, sniff.Options.HasHeader, sniff.Preamble));
        Assert.Equal(2, sniff.Columns.Count);

        var none = Csv.Sniff(_folder.Write("none.csv", "a,b\n\"1,2\n3,\"4\n"), new CsvOptions { Dialect = new CsvDialect { Quotes = CsvQuotes.None } }, null, null);
        Assert.Equal((CsvQuotes.None, 2), (none.Options.Dialect.Quotes, none.Columns.Count));
    }

    [Fact]
    public void Sniff_ControlCharacters_DoNotReachTheTerminal() =>
        Assert.DoesNotContain('\u001b', Csv.Sniff(_folder.Write("in.csv", "a\u001b[2J,b\n1,2\n")).ToString());

    [Theory]
    [InlineData("a,b\n1,\"x \\\"y\\\" z\"\n2,\"p \\\"q\\\" r\"\n", '\\')]
    [InlineData("a,b\n1,\"x \"\"y\"\" z\"\n2,\"C:\\\"\n", '"')]
    public void Sniff_Escapes_AreFoundOut(string text, char escape)
    {
        var sniff = Csv.Sniff(_folder.Write("in.csv", text));

        Assert.Equal(escape, sniff.Escape);
        Assert.Equal(escape == '\\', sniff.Explanation.Any(reason => reason.Contains("backslash", StringComparison.Ordinal)));
    }

    // What the documentation says to do: DuckDB doubles the quotes, and the scan reads the same fields.
    [Fact]
    public async Task Scan_BackslashEscapesConvertedByDuckDb_ReadsTheFields()
    {
        var path = _folder.Write("in.csv", "a,b\n" + string.Concat(Enumerable.Repeat("1,\"x \\\"y\\\" z\"\n", 20)) + "2,\"ends with \\\"\"\n3,\"one, \\\"two\nlines\\\"\"\n4,\"C:\\\\\"\n");
        Outputs.DuckDb.Query($"COPY (SELECT * FROM read_csv('{path}', delim = ',', quote = '\"', escape = '\\', header = true, all_varchar = true)) TO '{_folder["converted.csv"]}' (FORMAT csv, HEADER)");
        var read = await Csv.Scan(_folder["converted.csv"]).Select(row => row.GetString("a") + row.GetString("b")).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([.. Enumerable.Repeat("1x \"y\" z", 20), "2ends with \"", "3one, \"two\nlines\"", "4C:\\"], read.Value);
        Assert.Equal('"', Csv.Sniff(_folder["converted.csv"]).Escape);
    }

    [Theory]
    [InlineData("Report, of May, 2024\n\nx|y|z\n1|true|\n2|false|q\n", 2, null)]
    [InlineData("# made\n# by us, today\nx,y,z\n1,2,3\n#,\n4,5,6\n", 0, '#')]
    [InlineData("made by us\n# today\nx,y,z\n1,2,3\n4,5,6\n", 2, '#')]
    [InlineData("#x,y,z\n1,2,3\n4,5,6\n", 0, null)]
    public async Task Sniff_PreambleAndComments_AreLeftOutByTheScan(string text, int lines, char? comment)
    {
        var path = _folder.Write("in.csv", text);
        var sniff = Csv.Sniff(path);

        Assert.Equal((lines, comment), (sniff.Options.SkipLines, sniff.Options.Dialect.Comment));
        Assert.Equal(2, (await Csv.Scan(path, sniff.Options).RunAsync(TestContext.Current.CancellationToken)).Records);
    }

    [Fact]
    public void Sniff_WhatTheUserSaid_Holds()
    {
        var sniff = Csv.Sniff(_folder.Write("in.csv", "a,b;c\n1,2;3\n"), new CsvOptions(), delimiter: ';', header: false);

        Assert.Equal(';', sniff.Options.Dialect.Delimiter);
        Assert.False(sniff.Options.HasHeader);
    }

    [Fact]
    public async Task Sniff_DecimalComma_IsAppliedByTheScan()
    {
        var path = _folder.Write("in.csv", "payment_type;total_amount\n1;1.234,5\n2;7,25\n");

        var rows = await Csv.Scan<Records.Trip>(path, Csv.Sniff(path).Options).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal([new Records.Trip(1, 1234.5), new Records.Trip(2, 7.25)], rows.Value);
    }

    [Fact]
    public void Sniff_OneColumn_IsNotConfident() =>
        Assert.InRange(Csv.Sniff(_folder.Write("in.csv", "hello\nworld\n")).Confidence, 0, 0.6);
}
