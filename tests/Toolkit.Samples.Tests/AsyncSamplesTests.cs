namespace Toolkit.Samples.Tests;

public sealed class AsyncSamplesTests
{
    [Theory]
    [InlineData("ParallelDownloads", "done: downloaded 60, failed 1, bytes 1873920, retries some")]
    [InlineData("AsyncFiles", "done: wrote 2001, read 2001, files 25, bytes 20899")]
    [InlineData("SharedCounter", "done: lost some without a lock, lost 0 with it, total 10000")]
    [InlineData("StructuredTasks", "done: siblings ended 3, cancelled True, winner fast replica")]
    public async Task Run_WithoutArguments_EndsWithWhatItPromises(string name, string lastLine)
    {
        var result = await Sample.RunAsync(name);
        Assert.Equal(lastLine, result.Succeeded().LastLine);
    }
}
