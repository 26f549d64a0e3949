using System.Text;

namespace Toolkit.DataProcessing.Tests.Queries;

public sealed class ChangingFileTests
{
    private const int Records = 50_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Scan_FileThatShrinksMeanwhile_FailsAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", Text());
        var exception = await Assert.ThrowsAsync<IOException>(() => Run(path, () =>
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            file.SetLength(1000);
        }));
        Assert.Contains(path, exception.Message, StringComparison.Ordinal);
        Assert.Contains("must not change while it is read", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scan_FileThatIsWrittenOverMeanwhile_FailsAtItsEndAndLeavesNoOutput()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", Text());
        var exception = await Assert.ThrowsAsync<IOException>(() => Run(path, () =>
        {
            using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            {
                file.Position = file.Length / 2;
                file.WriteByte((byte)'9');
            }

            File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }, folder["out.csv"]));
        Assert.Contains("was written to meanwhile", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["in.csv"], folder.Files);
    }

    [Fact]
    public async Task Scan_FileThatGrowsMeanwhile_ReadsWhatThereWas()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", Text());
        var report = await Run(path, () =>
        {
            File.AppendAllText(path, "1,2\n1,2\n");
            File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        });
        Assert.Equal(Records, report.Records);
    }

    [Fact]
    public async Task Scan_FileThatIsReplacedMeanwhile_ReadsTheOldOneToItsEnd()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "An open file can't be replaced there.");
        using var folder = new TemporaryFolder();
        var path = folder.Write("in.csv", Text());
        var other = folder.Write("other.csv", "a,b\n");
        Assert.Equal(Records, (await Run(path, () => File.Move(other, path, overwrite: true))).Records);
    }

    // Calls change while the first record is looked at: nearly nothing of the file was read by then.
    private static Task<RunReport> Run(string path, Action change, string? output = null)
    {
        var changed = 0;
        var query = Csv.Scan(path).With(new RunOptions { Workers = 1, PartitionBytes = 50_000 }).Where(row =>
        {
            if (Interlocked.Exchange(ref changed, 1) == 0)
            {
                change();
            }

            return true;
        });
        return output is null ? query.RunAsync(Token) : query.WriteCsvAsync(output, Token);
    }

    private static string Text()
    {
        var text = new StringBuilder("a,b\n");
        for (var i = 0; i < Records; i++)
        {
            text.Append(i).Append(",some text\n");
        }

        return text.ToString();
    }
}
