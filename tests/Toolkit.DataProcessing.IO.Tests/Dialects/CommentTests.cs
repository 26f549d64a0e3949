using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Dialects;

public sealed class CommentTests
{
    private static readonly CsvDialect s_dialect = new() { Comment = '#' };

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(4000)]
    public async Task Scan_CommentsWithQuotesAndDelimiters_AreLeftOut(int partitionBytes)
    {
        const string Text = "# made by \"us\r# a,\"b\n#\na,b\n#1,\"x\n1,#2\n\"#3\",\"\n#4,\"\n #5,6\n# a,\"b,c,\"\r\n7,8\n#\"end";

        var (rows, report) = await ReadAsync(Text, partitionBytes);

        Assert.Equal(["1|#2", "#3|\n#4,", " #5|6", "7|8"], rows);
        Assert.Equal((4L, 0L), (report.Records, report.BadRecords));
    }

    [Fact]
    public async Task Scan_CommentsInOneColumn_AreLeftOut() =>
        Assert.Equal(["1", "2"], (await Csv.Scan(Source("#x\na\n1\n#\n2\n")).Select(row => row.GetString(0)).ToListAsync(TestContext.Current.CancellationToken)).Value);

    [Fact]
    public async Task Scan_BadRecordBehindComments_HasItsLine()
    {
        var bad = new List<BadRow>();
        await Csv.Scan(Source("#\r\n#\"\r\na,b\r\n#,\"\r\n1\r\n")).With(new RunOptions { BadRows = BadRows.Skip, OnBadRow = bad.Add }).RunAsync(TestContext.Current.CancellationToken);

        Assert.Equal(5, Assert.Single(bad).Line);
    }

    // The oracle takes the text apart one character at a time.
    [Fact]
    public async Task Scan_RandomText_EqualsTheOracle()
    {
        const string Alphabet = "aaa##\"\",,\n\n\r";
        var random = new Random(9);
        for (var round = 0; round < 150; round++)
        {
            var text = "h,i\n" + string.Concat(Enumerable.Range(0, random.Next(1, 600)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            foreach (var partitionBytes in (int[])[random.Next(1, 40), random.Next(40, 1000)])
            {
                var source = Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions { Dialect = s_dialect with { Quotes = CsvQuotes.Lenient }, RaggedRows = RaggedRows.Keep });
                var options = new RunOptions { PartitionBytes = partitionBytes, Workers = 3, BadRows = BadRows.Skip, AlwaysGuess = true };
                var rows = await Csv.Scan(source).With(options).Select(row => row.ByteOffset + ":" + Encoding.UTF8.GetString(row.Raw)).ToListAsync(TestContext.Current.CancellationToken);
                Assert.Equal(Oracle(text), rows.Value);
            }
        }
    }

    private static List<string> Oracle(string text)
    {
        var rows = new List<string>();
        var machine = new CsvStateMachine(new CsvDialect { Quotes = CsvQuotes.Lenient });
        var state = CsvState.FieldStart;
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == start && i < text.Length && text[i] == '#')
            {
                while (i < text.Length && text[i] is not ('\r' or '\n'))
                {
                    i++;
                }

                state = i == text.Length ? CsvState.FieldStart : text[i] == '\r' ? CsvState.AfterCr : CsvState.FieldStart;
                start = i + 1;
                continue;
            }

            if (i == text.Length)
            {
                // A record that ends between quotes is a bad one.
                Add(text.Length, state == CsvState.Quoted);
                break;
            }

            var what = machine.Step(ref state, (byte)text[i]);
            if (what == CsvEvent.Swallowed)
            {
                start = i + 1;
            }
            else if ((what & CsvEvent.RecordEnd) != 0)
            {
                Add(i, isBad: false);
                start = i + 1;
            }
        }

        return rows[1..];

        void Add(int end, bool isBad)
        {
            if (end > start && !isBad)
            {
                rows.Add($"{start}:{text[start..end]}");
            }
        }
    }

    private static CsvSource Source(string text) => Csv.Memory(Encoding.UTF8.GetBytes(text), new CsvOptions { Dialect = s_dialect });

    private static async Task<(List<string> Rows, RunReport Report)> ReadAsync(string text, int partitionBytes)
    {
        var result = await Csv.Scan(Source(text)).With(new RunOptions { PartitionBytes = partitionBytes, Workers = 2 })
            .Select(row => row.GetString("a") + "|" + row.GetString("b")).ToListAsync(TestContext.Current.CancellationToken);
        return (result.Value, result.Report);
    }
}
