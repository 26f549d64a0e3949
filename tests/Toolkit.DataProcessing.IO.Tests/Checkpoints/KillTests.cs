using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Toolkit.DataProcessing.IO.Tests.Checkpoints;

/// <summary>A real process, killed at random points, started again until it is done.</summary>
public sealed class KillTests : IDisposable
{
    private const int Records = 6000;

    // TOOLKIT_LONG_TESTS=1: until nothing of it is a matter of luck.
    private static readonly int s_kills = Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 300 : 6;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("single")]
    [InlineData("hive")]
    [InlineData("parquet")]
    public async Task Write_KilledAtRandomPoints_GivesTheSameBytes(string layout)
    {
        var input = _folder.Write("in.csv", Text());
        Directory.CreateDirectory(_folder["whole"]);
        Assert.True(await RunAsync(layout, "whole", input, killAfter: int.MaxValue));
        var random = new Random(layout.Length);
        var kills = 0;
        var done = false;
        while (!done)
        {
            // Each start gets further than the one before, or kills would go on for ever.
            Directory.CreateDirectory(_folder["killed"]);
            done = await RunAsync(layout, "killed", input, kills < s_kills ? random.Next(1, 10) : int.MaxValue);
            kills += done ? 0 : 1;
            if (done && kills < s_kills)
            {
                Directory.Delete(_folder["killed"], recursive: true);
                done = false;
            }
        }

        Assert.Equal(Content("whole"), Content("killed"));
        Assert.Equal(s_kills, kills);
    }

    private async Task<bool> RunAsync(string layout, string name, string input, int killAfter)
    {
        var token = TestContext.Current.CancellationToken;
        using var process = Worker.Start("write", layout, _folder[name], input);
        try
        {
            for (var lines = 0; await process.StandardOutput.ReadLineAsync(token) is { } line; lines++)
            {
                if (lines == killAfter)
                {
                    // Wherever it is by now.
                    process.Kill();
                    await process.WaitForExitAsync(token);
                    return false;
                }

                if (line == "done")
                {
                    await process.WaitForExitAsync(token);
                    Assert.Equal(0, process.ExitCode);
                    return true;
                }
            }

            await process.WaitForExitAsync(token);
            Assert.Fail($"The worker ended with {process.ExitCode}.");
            return false;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }
    }

    private string Content(string name) =>
        string.Join('\n', _folder.Files(name).Select(file => $"{file}: {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_folder[name + "/" + file])))}"));

    private static string Text()
    {
        var text = new StringBuilder("Sensor,Value,Note\n");
        for (var i = 0; i < Records; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"s{i * 7919 % 5},{(i % 53 == 7 ? "bad" : i)},\"note\n{i}\"\n");
        }

        return text.ToString();
    }
}
