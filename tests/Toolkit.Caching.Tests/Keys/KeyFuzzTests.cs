using System.Diagnostics;
using System.Globalization;

namespace Toolkit.Caching.Tests.Keys;

[Collection(nameof(KeyFuzzTests))]
public class KeyFuzzTests
{
    private const string DigestFile = "TOOLKIT_KEY_FUZZ_FILE";
    private static readonly int Rounds = Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 300_000 : 20_000;

    [Fact]
    public async Task Keys_RandomArgumentsInTwoProcesses_AgreeAndNeverMix()
    {
        // Another process has another seed of string hashes; the culture is another on top.
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(KeyFuzz).Assembly.Location);
        }

        start.ArgumentList.Add("-method");
        start.ArgumentList.Add("Toolkit.Caching.Tests.Keys.KeyFuzzTests.OtherProcess_Digest");
        start.Environment[DigestFile] = Path.GetTempFileName();
        start.Environment["LANG"] = start.Environment["LC_ALL"] = "tr_TR.UTF-8";
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            var own = KeyFuzz.Run(seed: 5, Rounds);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
            Assert.True(process.ExitCode == 0, await output);
            Assert.Equal(own, await File.ReadAllTextAsync(start.Environment[DigestFile]!, TestContext.Current.CancellationToken));
        }
        finally
        {
            File.Delete(start.Environment[DigestFile]!);
        }
    }

    [Fact]
    public void OtherProcess_Digest()
    {
        if (Environment.GetEnvironmentVariable(DigestFile) is not { Length: > 0 } file)
        {
            // Alone it checks the keys of this process only.
            Assert.NotEmpty(KeyFuzz.Run(seed: 6, rounds: 2000));
            return;
        }

        CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("tr-TR");
        File.WriteAllText(file, KeyFuzz.Run(seed: 5, Rounds));
    }
}
