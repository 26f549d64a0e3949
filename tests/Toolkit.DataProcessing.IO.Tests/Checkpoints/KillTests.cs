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
        await KillAsync(layout, _folder.Write("in.csv", Text()), s_kills);
    }

    // All of it together: plain, gzip of two members, zstd and bzip2; UTF-8 with and without a mark, UTF-16, Latin-1; columns in
    // another order; three kinds of bad records; Parquet in a Hive layout.
    [Fact]
    public async Task Write_FolderOfDirtyFilesKilledAtRandomPoints_IsOneDataSetAndAQuarantine()
    {
        var wanted = new List<string?[]>();
        var bad = new List<(string, long, string)>();
        var files = new (string Name, Func<string, byte[]> Encode)[]
        {
            ("a.csv", text => [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text)]),
            ("b.csv.gz", text => [.. Compress(CsvCompression.Gzip, text[..(text.Length / 3)]), .. Compress(CsvCompression.Gzip, text[(text.Length / 3)..])]),
            ("c.csv.zst", text => Compress(CsvCompression.Zstandard, text)),
            ("d.csv", text => [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(text)]),
            ("e.csv.bz2", text => Compress(CsvCompression.Bzip2, text)),
            ("f.csv", Encoding.UTF8.GetBytes),
            ("g-latin1.csv", Encoding.Latin1.GetBytes),
        };
        for (var i = 0; i < files.Length; i++)
        {
            _folder.Write("in/" + files[i].Name, files[i].Encode(Dirty(i, _folder["in/" + files[i].Name], wanted, bad)));
        }

        await KillAsync("folder", _folder["in"], Math.Max(3, s_kills / 10));

        var read = Outputs.DuckDb.Query($"SELECT Sensor, Value, Note FROM read_parquet('{_folder["killed/result"]}/*/*.parquet', hive_partitioning = true) ORDER BY Value");
        var rejected = await Csv.Scan<BadRowTests.Rejected>(_folder["killed/bad.csv"]).ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(wanted, read);
        Assert.Equal(bad, rejected.Value.Select(row => (row.Source, row.Line, row.Record)));
        Assert.All(rejected.Value, row => Assert.NotEmpty(row.Message));
    }

    private static byte[] Compress(CsvCompression kind, string text) => Inputs.Archives.Compress(kind, Encoding.UTF8.GetBytes(text));

    private static string Dirty(int file, string path, List<string?[]> wanted, List<(string, long, string)> bad)
    {
        const int Count = 1000;
        var turned = file % 3 == 2;
        var newLine = file % 2 == 0 ? "\n" : "\r\n";
        var text = new StringBuilder(turned ? "Note,Value,Sensor" : "Sensor,Value,Note").Append(newLine);
        var line = 2L;
        for (var i = 0; i < Count; i++)
        {
            var (sensor, value, note) = ($"s{i * 7919 % 4}", (file * Count) + i, $"Zürich, {i % 9}{(i % 10 == 0 ? newLine + "é" : "")}");
            var record = (i % 50) switch
            {
                7 => turned ? $"x,{value}n/a,{sensor}" : $"{sensor},{value}n/a,x",
                23 => $"{sensor},{value}",
                41 => turned ? $"5\" disk,{value},{sensor}" : $"{sensor},{value},5\" disk",
                _ => turned ? $"\"{note}\",{value},{sensor}" : $"{sensor},{value},\"{note}\"",
            };
            if (i % 50 is 7 or 23 or 41)
            {
                bad.Add((path, line, record));
            }
            else
            {
                wanted.Add([sensor, value.ToString(CultureInfo.InvariantCulture), note]);
                line += i % 10 == 0 ? 1 : 0;
            }

            text.Append(record).Append(newLine);
            line++;
        }

        return text.ToString();
    }

    private async Task KillAsync(string layout, string input, int wanted)
    {
        Directory.CreateDirectory(_folder["whole"]);
        Assert.True(await RunAsync(layout, "whole", input, killAfter: int.MaxValue));
        var random = new Random(layout.Length);
        var kills = 0;
        var done = false;
        while (!done)
        {
            // Each start gets further than the one before, or kills would go on for ever.
            Directory.CreateDirectory(_folder["killed"]);
            done = await RunAsync(layout, "killed", input, kills < wanted ? random.Next(1, 10) : int.MaxValue);
            kills += done ? 0 : 1;
            if (done && kills < wanted)
            {
                Directory.Delete(_folder["killed"], recursive: true);
                done = false;
            }
        }

        Assert.Equal(Content("whole"), Content("killed"));
        Assert.Equal(wanted, kills);
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
