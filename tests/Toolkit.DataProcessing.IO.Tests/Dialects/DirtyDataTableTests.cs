using System.Globalization;
using System.Text;
using CsvHelper.Configuration;
using DuckDB.NET.Data;

namespace Toolkit.DataProcessing.IO.Tests.Dialects;

/// <summary>The measured table of docs/data-in-and-out.md: what each tool makes of a dirty file by default.</summary>
public sealed class DirtyDataTableTests : IDisposable
{
    private const string Error = "error";

    private const string PandasScript = """
        import pandas, sys
        def show(value):
            return '∅' if pandas.isna(value) else "''" if value == '' else str(value).replace('\n', '⏎').replace('\0', '␀')
        for path in sys.argv[1:]:
            try:
                frame = pandas.read_csv(path, dtype=str)
                if not isinstance(frame.index, pandas.RangeIndex):
                    frame = frame.reset_index().rename(columns={'index': '(index)'})
                lines = [','.join(show(value) for value in row) for row in [list(frame.columns)] + frame.values.tolist()]
                print('`' + ' / '.join(lines) + '`')
            except Exception:
                print('error')
        """;

    private static readonly (string Name, string Text)[] s_cases =
    [
        ("stray quote", "a,b\n1,x\"y\n3,4\n"),
        ("text behind a closing quote", "a,b\n1,\"x\"y\n3,4\n"),
        ("field that is never closed", "a,b\n1,\"x\n3,4\n"),
        ("too few fields", "a,b\n1\n3,4\n"),
        ("too many fields", "a,b\n1,2,9\n3,4\n"),
        ("trailing delimiter in records", "a,b\n1,2,\n3,4,\n"),
        ("trailing delimiter in header and records", "a,b,\n1,2,\n3,4,\n"),
        ("blank line", "a,b\n1,2\n\n3,4\n"),
        ("`\"\"` and nothing", "a,b\n\"\",2\n,4\n"),
        ("name twice in the header", "a,a\n1,2\n3,4\n"),
        ("empty name in the header", "a,\n1,2\n3,4\n"),
        ("NUL byte", "a,b\n1,x\0y\n3,4\n"),
        ("line that begins with `#`", "a,b\n# note\n1,2\n3,4\n"),
        ("preamble", "made by us\na,b\n1,2\n3,4\n"),
        ("CRLF, LF and CR mixed", "a,b\r\n1,2\n3,4\r5,6\n"),
    ];

    // One process for all of them: it takes longest to start.
    private static readonly Lazy<string[]?> s_pandas = new(() =>
    {
        if (!Pandas.IsThere)
        {
            return null;
        }

        using var folder = new TemporaryFolder();
        return Pandas.Run(PandasScript, [.. s_cases.Select((one, i) => folder.Write($"{i}.csv", one.Text))]).TrimEnd('\n').Split('\n');
    });

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<int, string> Cases => [.. s_cases.Select((one, i) => (i, one.Name))];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Read_ByDefault_IsWhatTheTableSays(int number, string name)
    {
        var path = _folder.Write("in.csv", s_cases[number].Text);

        // What pandas does is looked at where it is there.
        var line = $"| {name} | {await OursAsync(path)} | {Duck(path)} | {Helper(path)} |{(s_pandas.Value is { } pandas ? $" {pandas[number]} |" : "")}";

        var page = await File.ReadAllTextAsync(Page(), TestContext.Current.CancellationToken);
        Assert.True(page.Contains(line, StringComparison.Ordinal), $"The page lacks the line\n{line}");
    }

    private static async Task<string> OursAsync(string path)
    {
        try
        {
            var rows = await Csv.Scan(path).With(new RunOptions { Workers = 1 })
                .Select(Fields).ToListAsync(TestContext.Current.CancellationToken);
            using var layout = LayoutReader.Open(Csv.Files(path, new CsvOptions()).Inputs[0], new CsvOptions(), ScanMemory.Plan(new CsvOptions(), new RunOptions()), null);
            return Table(layout.Header.Names, rows.Value);
        }
        catch (FormatException)
        {
            return Error;
        }
    }

    private static string Fields(Utf8Row row)
    {
        var fields = new string[row.Count];
        for (var i = 0; i < fields.Length; i++)
        {
            fields[i] = Show(row.GetRaw(i).IsEmpty ? null : row.GetString(i));
        }

        return string.Join(',', fields);
    }

    private static string Duck(string path)
    {
        try
        {
            using var connection = new DuckDBConnection("DataSource=:memory:");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = $"SELECT * FROM read_csv('{path}', all_varchar = true)";
            using var reader = command.ExecuteReader();
            var rows = new List<string>();
            while (reader.Read())
            {
                rows.Add(string.Join(',', Enumerable.Range(0, reader.FieldCount).Select(i => Show(reader.IsDBNull(i) ? null : reader.GetString(i)))));
            }

            return Table(Enumerable.Range(0, reader.FieldCount).Select(reader.GetName), rows);
        }
        catch (DuckDBException)
        {
            return Error;
        }
    }

    private static string Helper(string path)
    {
        try
        {
            using var reader = new CsvHelper.CsvReader(new StreamReader(path, Encoding.UTF8), new CsvConfiguration(CultureInfo.InvariantCulture));
            reader.Read();
            reader.ReadHeader();
            var header = reader.HeaderRecord!;
            var rows = new List<string>();
            while (reader.Read())
            {
                rows.Add(string.Join(',', Enumerable.Range(0, header.Length).Select(i => Show(reader.GetField(i)))));
            }

            return Table(header, rows);
        }
        catch (CsvHelper.CsvHelperException)
        {
            return Error;
        }
    }

    private static string Table(IEnumerable<string> header, IEnumerable<string> rows) =>
        "`" + string.Join(" / ", rows.Prepend(string.Join(',', header.Select(Show)))) + "`";

    private static string Show(string? value) =>
        value is null ? "∅" : value.Length == 0 ? "''" : value.Replace("\n", "⏎", StringComparison.Ordinal).Replace("\0", "␀", StringComparison.Ordinal);

    private static string Page()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "src", "Toolkit.DataProcessing", "docs", "data-in-and-out.md");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException("docs/data-in-and-out.md");
    }
}
