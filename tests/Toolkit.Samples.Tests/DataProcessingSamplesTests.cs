namespace Toolkit.Samples.Tests;

public sealed class DataProcessingSamplesTests
{
    [Theory]
    [InlineData("FilterCsv", "^done: read [0-9]{7}, rejected 1[0-9]{2}, kept [0-9]{6}$")]
    [InlineData("TopStations", "^done: rows [0-9]{7}, stations 400$")]
    [InlineData("ParallelMap", "^done: mapped 400, primes [0-9]+$")]
    public async Task Run_WithoutArguments_EndsWithWhatItPromises(string name, string lastLine)
    {
        var result = await Sample.RunAsync(name);
        Assert.Matches(lastLine, result.Succeeded().LastLine);
    }
}
