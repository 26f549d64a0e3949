namespace Toolkit.DataProcessing.Tests.Oracle;

public sealed class PartitionOracleTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Scan_AnyPartitionSizeAndWorkers_EqualsTheWrittenMachine(int seed)
    {
        var random = new Random(seed);
        for (var size = 1; size <= 200; size += 1)
        {
            var bytes = AdversarialText.Make(random, random.Next(0, 3000), random.Next(AdversarialText.Temperaments));
            var options = AnyOptions(random);
            await OracleComparison.AssertEqualAsync(bytes, options, AnyRun(random, size));
        }
    }

    [Fact]
    public async Task Scan_LargePartitions_EqualsTheWrittenMachine()
    {
        // A hundred megabytes; twenty times as many on request.
        var rounds = Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 1000 : 50;
        var random = new Random(7);
        for (var i = 0; i < rounds; i++)
        {
            var bytes = AdversarialText.Make(random, 2_000_000, i % AdversarialText.Temperaments);
            var options = AnyOptions(random);
            await OracleComparison.AssertEqualAsync(bytes, options, AnyRun(random, random.Next(1000, 1_000_000)) with { BufferBytes = null });
        }
    }

    [Fact]
    public async Task Scan_QuotedFieldsThatLookLikeRecords_FallsBackToTheIndexAndIsExact()
    {
        var lines = string.Concat(Enumerable.Range(0, 12_000).Select(i => $"{i},x\n"));
        var bytes = System.Text.Encoding.UTF8.GetBytes("id,text\n" + string.Concat(Enumerable.Range(0, 25).Select(i => $"{i},\"{lines}\"\n")));
        var report = await OracleComparison.AssertEqualAsync(bytes, new CsvOptions(), new RunOptions { PartitionBytes = 30_000, Workers = 4, AlwaysGuess = true });

        Assert.Equal(25, report.Records);
        Assert.Equal(1, report.IndexedSources);
        Assert.InRange(report.PartitionsRunAgain, 0, report.Partitions / 4);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    [InlineData("a,b")]
    [InlineData("a,b\n")]
    [InlineData("\uFEFF\"a\",b\r\n1,2")]
    [InlineData("a,b\r1,2\r3,4\r")]
    [InlineData("a,b\r\r\n1,2\r\n\n\r3,4\n\r")]
    [InlineData("a,b\n\"x\"y,2\n\"p\" ,q\n1,2\n")]
    [InlineData("a,b\n1,\"never closed\n2,3\n")]
    [InlineData("a,b\n1,\"\n2,3\"\n4,\"\"\"\"\n5,\"\"\n6,\"\"\"\n")]
    [InlineData("a\n\n1\n\n\n2\n")]
    [InlineData("a,b\n1\n1,2,3\n,\n1,2,\n")]
    [InlineData("a,b\n\0,\0\n\u00E4\u732B,\"\U0001F600\r\n\"\r\n")]
    [InlineData("\n\n\r\na,b\n1,2\n")]
    [InlineData("a,b\n\"\r\",\"\r\n\"\r\n1,2")]
    public async Task Scan_AwkwardInputs_EqualTheWrittenMachineInEveryCut(string text)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(text);
        foreach (var quotes in Enum.GetValues<CsvQuotes>())
        {
            for (var size = 1; size <= bytes.Length + 1; size++)
            {
                var options = new CsvOptions { Dialect = new CsvDialect { Quotes = quotes }, HasHeader = size % 2 == 0, SkipBlankLines = size % 3 != 0 };
                await OracleComparison.AssertEqualAsync(bytes, options, new RunOptions { PartitionBytes = size, Workers = 1 + size % 4, BufferBytes = 64 });
            }
        }
    }

    [Fact]
    public async Task Scan_HundredThousandColumns_KeepsThemAll()
    {
        var header = string.Join(',', Enumerable.Range(0, 100_000));
        var bytes = System.Text.Encoding.UTF8.GetBytes($"{header}\n{header}\n{new string(',', 99_999)}\n");
        var report = await OracleComparison.AssertEqualAsync(bytes, new CsvOptions(), new RunOptions { PartitionBytes = 10_000, Workers = 2, BufferBytes = 1000 });
        Assert.Equal(2, report.Records);
    }

    private static RunOptions AnyRun(Random random, int partitionBytes) => new()
    {
        PartitionBytes = partitionBytes,
        Workers = random.Next(1, 9),
        AlwaysGuess = random.Next(2) == 0,
        BufferBytes = random.Next(3) switch { 0 => 64, 1 => 200, _ => 5000 },
        Kernel = Kernels.All[random.Next(Kernels.All.Length)].Create,
    };

    private static CsvOptions AnyOptions(Random random) => new()
    {
        Dialect = new CsvDialect
        {
            Quotes = (CsvQuotes)random.Next(3),
            Delimiter = random.Next(4) == 0 ? ';' : ',',
            Quote = random.Next(8) == 0 ? '\'' : '"',
        },
        HasHeader = random.Next(3) != 0,
        RaggedRows = (RaggedRows)random.Next(4),
        SkipBlankLines = random.Next(2) == 0,
    };
}
