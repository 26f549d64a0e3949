using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

public sealed class KafkaClusterTests(SharedServer<KafkaCluster> shared) : IClassFixture<SharedServer<KafkaCluster>>
{
    [Fact]
    public async Task KillAsync_LeaderOfThreeNodes_LosesNothingAndGoesOn()
    {
        var token = TestContext.Current.CancellationToken;
        var cluster = await shared.GetAsync(token);
        await using var client = await KafkaValueClient.ConnectAsync(cluster.BootstrapServers);
        await client.WriteAsync("before", token);
        var leader = client.LeaderId();

        await cluster.NodeOf(leader).KillAsync(token);
        await client.WriteAsync("meanwhile", token);

        Assert.NotEqual(leader, client.LeaderId());
        Assert.True(await client.ContainsAsync("before", token));
        Assert.True(await client.ContainsAsync("meanwhile", token));

        await cluster.NodeOf(leader).StartAsync(token);
        await client.WriteAsync("after", token);
        Assert.True(await client.ContainsAsync("after", token));
    }
}
