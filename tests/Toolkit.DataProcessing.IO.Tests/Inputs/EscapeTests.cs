using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Inputs;

public sealed class EscapeTests : IDisposable
{
    private static readonly CsvOptions s_options = new() { Dialect = new CsvDialect { Escape = '\\' } };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("1,\"x \\\"y\\\" z\"\n", "1|x \"y\" z")]
    [InlineData("1,\"ends with \\\"\"\n2,\"one, \\\"two\nlines\\\"\"\n", "1|ends with \"", "2|one, \"two\nlines\"")]
    [InlineData("1,\"C:\\\\\"\n2,\"D:\\x\"\n", "1|C:\\", "2|D:\\x")]
    [InlineData("1,\"a\"\"b\\\"\"\"c\"\n", "1|a\"b\"\"c")]
    [InlineData("C:\\dir\\,x\\\n\\,\"\\\\\\\"\"\n", "C:\\dir\\|x\\", "\\|\\\"")]
    [InlineData("1,\"\\\"\"\r\n2,\"\"\r\n", "1|\"", "2|")]
    public async Task Scan_BackslashEscapes_AreRead(string text, params string[] rows) =>
        Assert.Equal(rows, await ReadAsync("a,b\n" + text, s_options));

    [Theory]
    [InlineData("\uFEFF\"a\\\"\",b\n1,2\n", 0, null)]
    [InlineData("It's \"quoted\n\"unclosed\r\n\"a\\\"\",b\n1,2\n", 2, null)]
    [InlineData("# \"not closed\n\"a\\\"\",b\n#\"\\\n1,2\n", 0, '#')]
    public async Task Scan_MarkPreambleAndComments_DoNotMislead(string text, int skipLines, char? comment)
    {
        var options = s_options with { SkipLines = skipLines, Dialect = s_options.Dialect with { Comment = comment } };
        var rows = await Csv.Scan(_folder.Write("in.csv", text), options).Select(row => row.GetString("a\"") + row.GetString("b")).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(["12"], rows.Value);
    }

    // Against DuckDB, which reads both quotes and backslashes behind one.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Scan_RandomFields_ReadsThemAsWritten(int seed)
    {
        var random = new Random(seed);
        var expected = new List<string>();
        var text = new StringBuilder("a,b\n");
        for (var i = 0; i < 20_000; i++)
        {
            string[] fields = [Field(random), Field(random)];
            expected.Add(string.Join('|', fields));
            text.AppendJoin(',', fields.Select(field => $"\"{field.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"")).Append('\n');
        }

        Assert.Equal(expected, await ReadAsync(text.ToString(), s_options));
        var read = Outputs.DuckDb.Query($"SELECT a || '|' || b FROM read_csv('{_folder["in.csv"]}', delim = ',', quote = '\"', escape = '\\', header = true, all_varchar = true, parallel = false, nullstr = '~null~')");
        Assert.Equal(expected, read.Select(row => row[0]));
    }

    [Fact]
    public async Task Scan_EscapesInACompressedUtf16File_AreRead() =>
        Assert.Equal(["1|ü\"é"], await ReadAsync(Archives.Compress(CsvCompression.Gzip, Encoding.Unicode.GetBytes("\uFEFFa,b\n1,\"ü\\\"é\"\n")), s_options));

    [Theory]
    [InlineData(',', CsvQuotes.Strict)]
    [InlineData('"', CsvQuotes.Strict)]
    [InlineData('\\', CsvQuotes.None)]
    [InlineData('é', CsvQuotes.Strict)]
    public void Escape_ThatCantBe_IsRefused(char escape, CsvQuotes quotes) =>
        Assert.Throws<ArgumentException>(() => Csv.Memory(default, new CsvOptions { Dialect = new CsvDialect { Escape = escape, Quotes = quotes } }));

    private static string Field(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(0, 9)).Select(_ => random.Next(8) switch { 0 => "\\", 1 => "\"", 2 => ",", 3 => "\n", _ => "xyé"[random.Next(3)].ToString() }));

    private Task<IReadOnlyList<string>> ReadAsync(string text, CsvOptions options) => ReadAsync(Encoding.UTF8.GetBytes(text), options);

    private async Task<IReadOnlyList<string>> ReadAsync(byte[] bytes, CsvOptions options) =>
        (await Csv.Scan(_folder.Write("in.csv", bytes), options).Select(row => $"{row.GetString("a")}|{row.GetString("b")}").ToListAsync(TestContext.Current.CancellationToken)).Value;
}
