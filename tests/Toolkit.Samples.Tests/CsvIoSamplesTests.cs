namespace Toolkit.Samples.Tests;

public sealed class CsvIoSamplesTests
{
    [Theory]
    [InlineData("DirtyCsv", "done: read 6, good 2, mended 3, lost 1")]
    [InlineData("CsvToParquet", "done: read 200000, written [1-9][0-9]{5}, queried [1-9][0-9]{5}")]
    [InlineData("ResumableJob", "done: killed [1-9][0-9]*, same bytes True")]
    public async Task Run_WithoutArguments_EndsWithWhatItPromises(string name, string lastLine)
    {
        var result = await Sample.RunAsync(name);
        Assert.Matches($"^{lastLine}$", result.Succeeded().LastLine);
    }
}
