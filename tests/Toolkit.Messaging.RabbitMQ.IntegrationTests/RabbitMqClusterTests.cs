using System.Collections.Concurrent;
using System.Globalization;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.RabbitMQ.IntegrationTests;

/// <summary>Three nodes, a replica of each queue on all of them: what was acknowledged survives the loss of one.</summary>
public sealed class RabbitMqClusterTests(SharedServer<RabbitMqCluster> shared) : MessagingContract, IClassFixture<SharedServer<RabbitMqCluster>>, IAsyncLifetime
{
    private RabbitMqCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await shared.GetAsync(Token);

    [Fact]
    public async Task NodesLost_WhilePublishingAndHandling_AMajorityGoesOnWithEverythingAndAMinorityAcknowledgesNothing()
    {
        const int Publishers = 20;
        const int Each = 100;
        var topic = Name("replicated");

        // A queue's leader is on the node that its first subscriber is connected to.
        await using (var first = new MessagingApp(m => m.UseRabbitMq(_cluster.Nodes[0].Uri.ToString())))
        {
            await (await first.CollectAsync(topic, "g", new MessageCollector())).DisposeAsync();
        }

        var app = CreateApp(m => m.ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromMinutes(2)));
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        var acknowledged = new ConcurrentBag<string>();
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var publishing = Enumerable.Range(0, Publishers).Select(async publisher =>
        {
            for (var i = 0; i < Each; i++)
            {
                await PublishAsync(app, topic, $"{publisher}/{i}", $"k{publisher}");
                acknowledged.Add($"{publisher}/{i}");
                if (i == Each / 2)
                {
                    await killed.Task;
                }
            }
        }).ToArray();
        await got.WaitForDistinctAsync(Publishers * 10);
        var dying = _cluster.Nodes[0].KillAsync(Token);
        killed.SetResult();
        await dying;
        await Task.WhenAll(publishing).WaitAsync(MessageCollector.Patience, Token);
        await got.WaitForDistinctAsync(Publishers * Each);

        Assert.Empty(acknowledged.Except(got.Texts));
        AssertNoGaps(got.Items, Each);

        // One of three is no majority: it may not acknowledge what it can't replicate, and the publish ends by its deadline.
        await _cluster.Nodes[1].KillAsync(Token);
        var impatient = CreateApp(m => m.ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromSeconds(3)));
        var error = await Assert.ThrowsAnyAsync<MessagingException>(async () => await impatient.PublishAsync(topic, "late", key: "late").AsTask().WaitAsync(MessageCollector.Patience, Token));
        Assert.True(error.IsTransient, error.ToString());

        await _cluster.Nodes[1].StartAsync(Token);
        await PublishUntilAcknowledgedAsync(app, topic, "after");
        await got.WaitAsync(items => items.Any(i => i.Text == "after"), "the message after the majority is back");
        await subscription.CatchUpAsync(Token);
    }

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_cluster.Nodes[1].Uri.ToString(), options =>
    {
        options.FurtherHosts.Add($"127.0.0.1:{_cluster.Nodes[0].Port}");
        options.FurtherHosts.Add($"127.0.0.1:{_cluster.Nodes[2].Port}");
        options.RequestTimeout = TimeSpan.FromSeconds(5);
        options.MaxReconnectDelay = TimeSpan.FromMilliseconds(500);
    });

    // A queue whose leader dies may refuse what it had not replicated, and says so: the caller publishes again.
    private static async Task PublishAsync(MessagingApp app, string topic, string text, string key)
    {
        while (true)
        {
            try
            {
                await app.PublishAsync(topic, text, key: key);
                return;
            }
            catch (BrokerRejectedException)
            {
                Token.ThrowIfCancellationRequested();
            }
        }
    }

    private static void AssertNoGaps(IReadOnlyList<ReceivedMessage> items, int each)
    {
        foreach (var key in items.GroupBy(i => i.Key))
        {
            // At least once: a number may come again, but none is skipped.
            var highest = -1;
            foreach (var number in key.Select(i => int.Parse(i.Text.Split('/')[1], CultureInfo.InvariantCulture)))
            {
                Assert.True(number <= highest + 1, $"{key.Key}: {number} came before {highest + 1}");
                highest = Math.Max(highest, number);
            }

            Assert.Equal(each - 1, highest);
        }
    }
}
