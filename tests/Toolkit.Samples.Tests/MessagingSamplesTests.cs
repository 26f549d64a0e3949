namespace Toolkit.Samples.Tests;

public sealed class MessagingSamplesTests
{
    [Fact]
    public async Task OrdersService_NoArguments_BillsEveryOrderButTheParkedOne()
    {
        var result = (await Sample.RunAsync("OrdersService")).Succeeded();
        Assert.Equal("done: published 100, billed 99, parked 1, retries 10", result.LastLine);
    }

    [Fact]
    public async Task OrdersService_UnknownBroker_SaysHowToCallIt()
    {
        var result = await Sample.RunAsync("OrdersService", ["--broker", "pigeon"]);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("usage:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task WorkQueue_NoArguments_LosesNothingAndKeepsTheOrder()
    {
        var result = (await Sample.RunAsync("WorkQueue")).Succeeded();
        Assert.Equal("done: jobs 180, lost 0, out of order 0", result.LastLine);
    }

    [Fact]
    public async Task Telemetry_NoArguments_ReplaysTheSame()
    {
        var result = (await Sample.RunAsync("Telemetry")).Succeeded();
        Assert.Equal("done: published 2000, replayed 2000, alarms 197, same True, out of order 0", result.LastLine);
    }
}
