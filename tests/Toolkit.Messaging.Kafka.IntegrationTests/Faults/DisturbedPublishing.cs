using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>Publishes from a hundred callers while something is broken, and then looks at what is stored.</summary>
public abstract class DisturbedPublishing(SharedServer<KafkaServer> shared) : MessagingContract, IAsyncLifetime
{
    private const int Publishers = 100;
    private protected static readonly TimeSpan DeliveryTimeout = TimeSpan.FromSeconds(20);

    private protected KafkaServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await shared.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(Server.BootstrapServers, Contract.ContractSettings.Apply);

    private protected MessagingApp CreateApp(TimeSpan deliveryTimeout, bool throughProxy = false) => CreateApp(messaging =>
    {
        messaging.ConfigurePublisher(options => options.DeliveryTimeout = deliveryTimeout);
        messaging.UseKafka(throughProxy ? Server.ProxyBootstrapServers : Server.BootstrapServers, Contract.ContractSettings.Apply);
    });

    /// <summary>
    /// Acknowledged is stored, each key in its order and without a message twice; no publish takes longer than its deadline;
    /// and a subscriber that was there all the time has got everything, at least once and without a gap.
    /// </summary>
    private protected async Task PublishThroughAsync(Func<Task> disturb, int messages = 4_000, bool throughProxy = false)
    {
        var app = CreateApp(DeliveryTimeout, throughProxy);
        var topic = Name("stored");
        await app.DeclareAsync(topic, 4);
        var live = new MessageCollector();
        var subscription = await app.CollectAsync(topic, "live", live, o => o.Start = StartPosition.Earliest);
        var acknowledged = new ConcurrentBag<string>();
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var slowest = TimeSpan.Zero;
        var publishing = Task.WhenAll(Enumerable.Range(0, Publishers).Select(async publisher =>
        {
            for (var i = 0; i < messages / Publishers; i++)
            {
                var start = Stopwatch.GetTimestamp();
                try
                {
                    await app.PublishAsync(topic, $"{publisher}/{i}", key: $"k{publisher}");
                    acknowledged.Add($"{publisher}/{i}");
                }
                catch (MessagingException)
                {
                    // Not acknowledged: it may be stored or not.
                }

                var took = Stopwatch.GetElapsedTime(start);
                slowest = took > slowest ? took : slowest;
                begun.TrySetResult();
            }
        }));
        await begun.Task;
        await disturb();
        await publishing.WaitAsync(TimeSpan.FromMinutes(3), Token);

        Assert.True(slowest < DeliveryTimeout + TimeSpan.FromSeconds(15), $"A publish took {slowest}.");
        Assert.NotEmpty(acknowledged);
        await AssertStoredAsync(topic, acknowledged);
        await live.WaitForAllAsync(acknowledged, "everything that was acknowledged, by the live subscriber");
        AssertNoGaps(live.Items);
        Assert.Equal(SubscriptionState.Running, subscription.State);
        await subscription.DisposeAsync();
    }

    private static int NumberOf(ReceivedMessage message) => int.Parse(message.Text.Split('/')[1], CultureInfo.InvariantCulture);

    private static void AssertNoGaps(IReadOnlyList<ReceivedMessage> items)
    {
        foreach (var key in items.GroupBy(i => i.Key))
        {
            // The order in which they were first seen.
            var firsts = key.Select(NumberOf).Distinct().ToArray();
            Assert.Equal(firsts.Order(), firsts);
        }
    }

    private async Task AssertStoredAsync(string topic, IEnumerable<string> acknowledged)
    {
        var got = new MessageCollector();
        await using var reader = await CreateApp().CollectAsync(topic, "reader", got, o => (o.Start, o.MaxConcurrency) = (StartPosition.Earliest, 1));
        await got.WaitForAllAsync(acknowledged, "everything that was acknowledged");
        foreach (var key in got.Items.GroupBy(i => i.Key))
        {
            var numbers = key.Select(NumberOf).ToArray();
            Assert.Equal(numbers.Distinct().Order(), numbers);
        }
    }
}
