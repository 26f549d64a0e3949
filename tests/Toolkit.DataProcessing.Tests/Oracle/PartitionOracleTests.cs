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
        var random = new Random(7);
        for (var i = 0; i < 15; i++)
        {
            var bytes = AdversarialText.Make(random, 2_000_000, i % AdversarialText.Temperaments);
            var options = AnyOptions(random);
            await OracleComparison.AssertEqualAsync(bytes, options, AnyRun(random, random.Next(1000, 1_000_000)) with { BufferBytes = null });
        }
    }

    private static RunOptions AnyRun(Random random, int partitionBytes) => new()
    {
        PartitionBytes = partitionBytes,
        Workers = random.Next(1, 9),
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
