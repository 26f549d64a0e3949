using System.Globalization;
using System.Text;
using Toolkit.DataProcessing.IO.Tests.Inputs;
using Toolkit.DataProcessing.IO.Tests.Outputs;

namespace Toolkit.DataProcessing.IO.Tests.Checkpoints;

/// <summary>A run that ends at any step, started again until it is through, gives the bytes of one that was not disturbed.</summary>
public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, bool> Layouts => new()
    {
        { "single", false }, { "single", true }, { "hive", false }, { "hive", true }, { "parts", false }, { "untyped", false }, { "parquet", false }, { "one parquet", false }, { "one parquet", true }, { "over", false },
    };

    [Theory]
    [MemberData(nameof(Layouts))]
    public async Task Write_CrashAtEveryStep_GivesTheSameBytes(string layout, bool compressed)
    {
        var inputs = Inputs(compressed);
        await WriteAsync(layout, inputs, "expected", null);
        var expected = Content("expected");
        var steps = 0;
        await WriteAsync(layout, inputs, "out", _ => steps++);
        Assert.Equal(expected, Content("out"));
        Assert.True(steps > 20, $"{steps} steps");

        for (var crash = 1; crash <= steps; crash++)
        {
            Clear("out");
            if (layout == "over")
            {
                _folder.Write("out/result/part-00009.csv", "of an earlier output");
            }

            var step = 0;
            await Assert.ThrowsAsync<Crash>(() => WriteAsync(layout, inputs, "out", name => Die(ref step, crash, name)));
            await WriteAsync(layout, inputs, "out", null);
            Assert.True(expected == Content("out"), $"crash at step {crash} of {steps}");
        }
    }

    [Fact]
    public async Task Write_CrashAgainAndAgain_GivesTheSameBytes()
    {
        var inputs = Inputs(compressed: false);
        await WriteAsync("hive", inputs, "expected", null);
        var random = new Random(3);
        var crashes = 0;
        while (true)
        {
            var step = 0;
            var crash = random.Next(3, 15);
            try
            {
                await WriteAsync("hive", inputs, "out", name => Die(ref step, crash, name));
                break;
            }
            catch (Crash)
            {
                crashes++;
            }
        }

        Assert.True(crashes > 3);
        Assert.Equal(Content("expected"), Content("out"));
    }

    [Fact]
    public async Task Write_ChangedInput_IsRefusedWithWhatChanged()
    {
        var inputs = Inputs(compressed: false);
        await CrashAsync(inputs);
        File.AppendAllText(inputs[1], "TX,2020,1,x\n");

        var exception = await Assert.ThrowsAsync<CsvCheckpointException>(() => WriteAsync("single", inputs, "out", null));

        Assert.Contains("input 2: " + inputs[1], exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("input 1: ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_OtherOptions_AreRefusedWithWhatChanged()
    {
        var inputs = Inputs(compressed: false);
        await CrashAsync(inputs);

        var exception = await Assert.ThrowsAsync<CsvCheckpointException>(() => WriteAsync("single", inputs, "out", null, partitionBytes: 777));

        Assert.Contains("partition bytes: 300 before, 777 now", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_OutputOfTheInterruptedRunIsGone_IsRefused()
    {
        var inputs = Inputs(compressed: false);
        await CrashAsync(inputs);
        File.Delete(_folder["out/result.resume.tmp"]);

        await Assert.ThrowsAsync<CsvCheckpointException>(() => WriteAsync("single", inputs, "out", null));
    }

    [Fact]
    public async Task Write_Stream_HasNoCheckpoint()
    {
        var query = Csv.Scan(Csv.Stream(new MemoryStream("a,b\n1,2\n"u8.ToArray()), "stream", new CsvOptions())).With(new RunOptions { CheckpointFolder = _folder["check"] });

        await Assert.ThrowsAsync<NotSupportedException>(() => query.WriteCsvAsync(_folder["x.csv"], new CsvWriteOptions(), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Write_OtherJob_IsRefusedWithWhatChanged()
    {
        var inputs = Inputs(compressed: false);
        var query = Csv.Scan<Strike>(inputs[0]);
        Task Run(CsvQuery<Strike> what, string? arguments, Action<string>? onStep) => what
            .With(new RunOptions { PartitionBytes = 300, BadRows = BadRows.Skip, CheckpointFolder = _folder["check"], CheckpointPartitions = 1, JobArguments = arguments, OnStep = onStep })
            .WriteCsvAsync(_folder["x.csv"], TestContext.Current.CancellationToken);
        var step = 0;
        await Assert.ThrowsAsync<Crash>(() => Run(query.Where(strike => strike.Cost > 5), "5", name => Die(ref step, 10, name)));

        Assert.Contains("job arguments: 5 before, 6 now", (await Assert.ThrowsAsync<CsvCheckpointException>(() => Run(query.Where(strike => strike.Cost > 6), "6", null))).Message, StringComparison.Ordinal);
        Assert.Contains("(job: ", (await Assert.ThrowsAsync<CsvCheckpointException>(() => Run(query, "5", null))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Write_WhileAnotherRunHasTheFolder_IsRefused()
    {
        var inputs = Inputs(compressed: false);
        CsvCheckpointException? refused = null;
        await WriteAsync("single", inputs, "out", name =>
        {
            if (refused is null)
            {
                refused = Assert.Throws<CsvCheckpointException>(() => WriteAsync("single", inputs, "out", null).GetAwaiter().GetResult());
            }
        });

        Assert.Contains("another run that is under way", refused!.Message, StringComparison.Ordinal);
        Assert.Equal(["bad.csv", "result"], _folder.Files("out"));
    }

    [Fact]
    public async Task Write_TooManyBadRecords_FailsTheSameWayWhenStartedAgain()
    {
        var inputs = Inputs(compressed: false);
        var query = Csv.Scan<Strike>(inputs[0]).With(new RunOptions { PartitionBytes = 300, CheckpointFolder = _folder["check"], CheckpointPartitions = 1, BadRows = BadRows.Quarantine(_folder["bad.csv"]) with { MaxCount = 2 } });

        var first = await Assert.ThrowsAsync<CsvBadRowException>(() => query.WriteCsvAsync(_folder["x.csv"], TestContext.Current.CancellationToken));
        var quarantine = File.ReadAllText(_folder["bad.csv"]);
        var second = await Assert.ThrowsAsync<CsvBadRowException>(() => query.WriteCsvAsync(_folder["x.csv"], TestContext.Current.CancellationToken));

        Assert.Equal(first.Message, second.Message);
        Assert.Equal(quarantine, File.ReadAllText(_folder["bad.csv"]));
    }

    private async Task CrashAsync(string[] inputs)
    {
        var step = 0;
        await Assert.ThrowsAsync<Crash>(() => WriteAsync("single", inputs, "out", name => Die(ref step, 30, name)));
    }

    private static void Die(ref int step, int crash, string name)
    {
        if (++step == crash)
        {
            throw new Crash(name);
        }
    }

    private Task WriteAsync(string layout, string[] inputs, string name, Action<string>? onStep, int partitionBytes = 300)
    {
        var token = TestContext.Current.CancellationToken;
        Directory.CreateDirectory(_folder[name]);
        var source = Csv.Files(inputs, [], new CsvOptions());
        var options = new RunOptions
        {
            Workers = 2,
            PartitionBytes = partitionBytes,
            BadRows = BadRows.Quarantine(_folder[name + "/bad.csv"]),
            CheckpointFolder = _folder[name + "/check"],
            CheckpointPartitions = 3,
            OnStep = onStep,
        };
        var target = _folder[name + "/result"];
        return layout switch
        {
            "single" => Csv.Scan<Strike>(source).With(options).WriteCsvAsync(target, token),
            "hive" or "over" => Csv.Scan<Strike>(source).With(options).WriteCsvAsync(target, new CsvWriteOptions { PartitionBy = ["State"], MaxOpenFiles = 2 }, token),
            "parts" => Csv.Scan<Strike>(source).With(options).WriteJsonLinesAsync(target, new JsonLinesWriteOptions { FilePerPartition = true }, token),
            "untyped" => Csv.Scan(source).With(options).WriteCsvAsync(target, new CsvWriteOptions { PartitionBy = ["Year"] }, token),
            "one parquet" => Csv.Scan<Strike>(source).With(options).WriteParquetAsync(target, new ParquetWriteOptions { RowGroupRecords = 20 }, token),
            _ => Csv.Scan<Strike>(source).With(options).WriteParquetAsync(target, new ParquetWriteOptions { PartitionBy = ["State"] }, token),
        };
    }

    private string[] Inputs(bool compressed)
    {
        var paths = new string[2];
        for (var file = 0; file < paths.Length; file++)
        {
            var text = new StringBuilder("State,Year,Cost,Species\n");
            for (var i = 0; i < 150; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"S{i % 4},{(i % 37 == 5 ? "bad" : "2020")},{i + (file * 1000)},\"Name\n{i}\"\n");
            }

            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            paths[file] = _folder.Write($"in{file}.csv", compressed ? Archives.Compress(CsvCompression.Gzip, bytes) : bytes);
        }

        return paths;
    }

    private string Content(string name) => string.Join('\n', _folder.Files(name).Select(file => $"{file}: {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_folder[name + "/" + file])))}"));

    private void Clear(string name) => Directory.Delete(_folder[name], recursive: true);

    private sealed class Crash(string step) : Exception(step);
}
