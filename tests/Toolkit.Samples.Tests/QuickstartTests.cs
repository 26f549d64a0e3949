using System.Globalization;
using System.Text.RegularExpressions;

namespace Toolkit.Samples.Tests;

public partial class QuickstartTests
{
    [Fact]
    public async Task Run_NoArgument_ReconcilesAndWritesByState()
    {
        using var folder = new TemporaryFolder();
        var result = (await Sample.RunAsync("Quickstart", folder: folder.Path)).Succeeded();

        // The figures of the data set itself: 10,000 records, of which 15 have a damage code that is in no list.
        var (read, rejected, published, consumed, cost) = Numbers(result);
        Assert.Equal(10_000, read);
        Assert.Equal(15, rejected);
        Assert.Equal(published, consumed);
        var output = Path.Combine(folder.Path, "quickstart-output");
        var rows = Directory.EnumerateFiles(Path.Combine(output, "strikes"), "*.csv", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadLines(file).Skip(1))
            .Select(line => long.Parse(line.Split(',')[^2], CultureInfo.InvariantCulture))
            .ToList();
        Assert.Equal(cost, rows.Where(c => c >= 10_000).Sum());
        Assert.Equal(published, rows.Count(c => c >= 10_000));
        Assert.True(Directory.Exists(Path.Combine(output, "strikes", "Origin State=Texas")), result.Output);
        Assert.Equal(16, File.ReadLines(Path.Combine(output, "quarantine.csv")).Count());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path, "*.tmp*"));
        Assert.Matches("Airport look-ups: [1-9][0-9]* hits", result.Output);
    }

    [Fact]
    public async Task Run_Repeated_MultipliesEveryNumber()
    {
        using var folder = new TemporaryFolder();
        var once = Numbers((await Sample.RunAsync("Quickstart", folder: folder.Path)).Succeeded());
        var thrice = Numbers((await Sample.RunAsync("Quickstart", ["--repeat", "3", "--workers", "3"], folder.Path)).Succeeded());
        Assert.Equal((once.Read * 3, once.Rejected * 3, once.Published * 3, once.Consumed * 3, once.Cost * 3), thrice);
    }

    [Fact]
    public async Task Run_GlobRepeated_RunsOverCopiesOfEachFile()
    {
        using var folder = new TemporaryFolder();
        var lines = await File.ReadAllLinesAsync(Path.Combine(Sample.Folder("Quickstart"), "data", "birdstrikes.csv"), TestContext.Current.CancellationToken);
        // The second file has no line end behind its last record.
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "a.csv"), string.Join('\n', lines[..101]) + "\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "b.csv"), string.Join('\n', [lines[0], .. lines[101..301]]), TestContext.Current.CancellationToken);
        var numbers = Numbers((await Sample.RunAsync("Quickstart", ["--input", "*.csv", "--repeat", "2"], folder.Path)).Succeeded());
        Assert.Equal(600, numbers.Read);
        Assert.Equal(numbers.Published, numbers.Consumed);
    }

    [Fact]
    public async Task Run_OutputIsAnotherFolder_LeavesItAlone()
    {
        using var folder = new TemporaryFolder();
        var own = Path.Combine(folder.Path, "documents", "own.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(own)!);
        await File.WriteAllTextAsync(own, "mine", TestContext.Current.CancellationToken);
        var result = await Sample.RunAsync("Quickstart", ["--output", "documents"], folder.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("own.txt", result.Error, StringComparison.Ordinal);
        Assert.Equal("mine", await File.ReadAllTextAsync(own, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("--input", "missing.csv")]
    [InlineData("--input", "wrong.csv")]
    [InlineData("--output", "file/below")]
    [InlineData("--input", "*.nothing")]
    [InlineData("--repeat", "none")]
    [InlineData("--repeat", "")]
    [InlineData("--nonsense", "1")]
    public async Task Run_WrongArgument_SaysSoInOneLine(string option, string value)
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "wrong.csv"), "a,b\n1,2\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "file"), "in the way", TestContext.Current.CancellationToken);
        var result = await Sample.RunAsync("Quickstart", [option, value], folder.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.StartsWith("error: ", result.Error, StringComparison.Ordinal);
        Assert.Single(result.Error.TrimEnd().Split('\n'));
        Assert.False(Directory.Exists(Path.Combine(folder.Path, "quickstart-output")));
    }

    [Fact]
    public async Task Run_Interrupted_LeavesNothingHalfWritten()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGINT to send.");
        using var folder = new TemporaryFolder();
        using var process = Sample.Start("Quickstart", ["--repeat", "100"], folder.Path);
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.StartsWith("Write by state", StringComparison.Ordinal))
        {
        }

        Assert.Equal(0, Signals.Send(process.Id, Signals.Interrupt));
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
        Assert.Equal("stopped: nothing was written.", error.Trim());
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private static (long Read, long Rejected, long Published, long Consumed, long Cost) Numbers(SampleResult result)
    {
        var match = DoneLine().Match(result.LastLine);
        Assert.True(match.Success, result.Output);
        long Of(string name) => long.Parse(match.Groups[name].Value, CultureInfo.InvariantCulture);
        return (Of("read"), Of("rejected"), Of("published"), Of("consumed"), Of("cost"));
    }

    [GeneratedRegex(@"^done: read (?<read>\d+), rejected (?<rejected>\d+), published (?<published>\d+), consumed (?<consumed>\d+), cost (?<cost>\d+)$")]
    private static partial Regex DoneLine();
}
