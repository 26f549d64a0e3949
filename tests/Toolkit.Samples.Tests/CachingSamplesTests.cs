namespace Toolkit.Samples.Tests;

public class CachingSamplesTests
{
    [Fact]
    public async Task Memoize_Run_CalculatesOnce()
    {
        var result = (await Sample.RunAsync("Memoize")).Succeeded();
        Assert.Equal(2, result.Output.Split("Calculating...").Length - 1);
        Assert.Contains("fib(90) = 2880067194370816120, computed 91 times", result.Output, StringComparison.Ordinal);
        Assert.Contains(", 1 request", result.Output, StringComparison.Ordinal);
        Assert.Contains("expired: True", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MemoizeInAspNet_Run_ServesFromTheCache()
    {
        var result = (await Sample.RunAsync("MemoizeInAspNet")).Succeeded();
        Assert.Contains("the same: True", result.Output, StringComparison.Ordinal);
        Assert.Contains("another after the change: True", result.Output, StringComparison.Ordinal);
        Assert.Contains("health: Healthy", result.Output, StringComparison.Ordinal);
        Assert.Equal("done: 2 loads for 3 requests", result.LastLine);
    }
}
