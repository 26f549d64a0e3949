namespace Toolkit.Samples.Tests;

internal sealed record SampleResult(int ExitCode, string Output, string Error)
{
    public string LastLine => Output.TrimEnd().Split('\n')[^1].TrimEnd('\r');

    /// <summary>Ended well, with its last line as the samples promise it.</summary>
    public SampleResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        Assert.StartsWith("done:", LastLine, StringComparison.Ordinal);
        return this;
    }
}
