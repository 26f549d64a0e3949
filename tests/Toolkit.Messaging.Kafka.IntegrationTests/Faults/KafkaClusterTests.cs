using System.Collections.Concurrent;
using Confluent.Kafka;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>Three nodes, three copies of everything: the leader dies, and nothing that was acknowledged with it.</summary>
public sealed class KafkaClusterTests(SharedServer<KafkaCluster> shared) : MessagingContract, IClassFixture<SharedServer<KafkaCluster>>, IAsyncLifetime
{
    private KafkaCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await shared.GetAsync(Token);

    [Fact]
    public async Task LeaderKilledWhilePublishingAndHandling_NothingAcknowledgedIsLostAndKeysKeepTheirOrder()
    {
        await using var app = CreateApp(m => m.ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromMinutes(2)));
        var topic = Name("replicated");
        await app.DeclareAsync(topic, 3);
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var acknowledged = new ConcurrentBag<string>();
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishing = Enumerable.Range(0, 20).Select(async publisher =>
        {
            for (var i = 0; i < 100; i++)
            {
                await app.PublishAsync(topic, $"{publisher}/{i}", key: $"k{publisher}");
                acknowledged.Add($"{publisher}/{i}");
                if (i == 50)
                {
                    await killed.Task;
                }
            }
        }).ToArray();

        await got.WaitForDistinctAsync(200);
        var leader = LeaderOf(topic);
        var dying = _cluster.NodeOf(leader).KillAsync(Token);
        killed.SetResult();
        await dying;
        await Task.WhenAll(publishing).WaitAsync(MessageCollector.Patience, Token);
        await got.WaitForDistinctAsync(acknowledged.Count);

        Assert.Equal(2_000, acknowledged.Count);
        Assert.NotEqual(leader, LeaderOf(topic));
        foreach (var key in got.Items.GroupBy(i => i.Key))
        {
            // At least once: a number may come again, but none is skipped.
            var highest = -1;
            foreach (var number in key.Select(i => int.Parse(i.Text.Split('/')[1], System.Globalization.CultureInfo.InvariantCulture)))
            {
                Assert.True(number <= highest + 1, $"{key.Key}: {number} came before {highest + 1}");
                highest = Math.Max(highest, number);
            }

            Assert.Equal(99, highest);
        }

        await _cluster.NodeOf(leader).StartAsync(Token);
    }

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_cluster.BootstrapServers, Contract.ContractSettings.Apply);

    private int LeaderOf(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _cluster.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        return admin.GetMetadata(topic, TimeSpan.FromSeconds(30)).Topics[0].Partitions[0].Leader;
    }
}
