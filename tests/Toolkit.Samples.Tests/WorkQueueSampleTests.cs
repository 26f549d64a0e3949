using Toolkit.Testing.Servers;

namespace Toolkit.Samples.Tests;

public sealed class WorkQueueSampleTests
{
    [Fact]
    public async Task Run_OnRabbitMq_LosesNothingAndKeepsTheOrder()
    {
        await using var server = await RequiredServer.StartAsync<RabbitMqServer>(TestContext.Current.CancellationToken);

        var result = (await Sample.RunAsync("WorkQueue", ["--broker", "rabbitmq", "--connection", server.Uri.ToString()])).Succeeded();

        Assert.Equal("done: jobs 180, lost 0, out of order 0", result.LastLine);
    }
}
