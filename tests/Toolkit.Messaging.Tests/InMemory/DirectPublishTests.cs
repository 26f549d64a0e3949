using System.Globalization;
using System.Text;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.InMemory;

/// <summary>What is stored during the call must not overtake what had to wait.</summary>
public sealed class DirectPublishTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PublishAsync_SomeHaveToWait_NoneOfAKeyOvertakes()
    {
        const int Publishers = 3;
        const int Messages = 4_000;
        var broker = new InMemoryBroker(new InMemoryBrokerOptions { Partitions = 2, CapacityPerPartition = 5 });
        await using var app = new MessagingApp(m => m.UseInMemory(broker).ConfigurePublisher(p => p.MaxUnconfirmed = 3));
        var last = Enumerable.Repeat(-1, Publishers).ToArray();
        var wrong = 0;
        await using var subscription = await app.SubscribeAsync("orders", "g", async (context, _) =>
        {
            var publisher = int.Parse(context.Key!, CultureInfo.InvariantCulture);
            var number = int.Parse(Encoding.UTF8.GetString(context.Message.Span), CultureInfo.InvariantCulture);
            wrong += last[publisher] + 1 == number ? 0 : 1;
            last[publisher] = number;
            if (number % 50 == 0)
            {
                await Task.Yield();
            }

            return Settlement.Complete;
        }, o => (o.Ordering, o.MaxConcurrency, o.MaxInFlight) = (Ordering.PerKey, 4, 4));

        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(p => Task.Run(async () =>
        {
            var random = new Random(p);
            var underWay = new Queue<Task>();
            for (var i = 0; i < Messages; i++)
            {
                underWay.Enqueue(app.PublishAsync("orders", i.ToString(CultureInfo.InvariantCulture), key: p.ToString(CultureInfo.InvariantCulture)).AsTask());
                if (p == 0 && i % 1000 == 500)
                {
                    broker.SetAvailable(false);
                    _ = Task.Run(() => broker.SetAvailable(true), Token);
                }

                while (underWay.Count > 16 * random.Next(1, 4))
                {
                    await underWay.Dequeue();
                }
            }

            await Task.WhenAll(underWay);
        }, Token)));
        await subscription.CatchUpAsync(Token).AsTask().WaitAsync(MessageCollector.Patience, Token);

        Assert.Equal(0, wrong);
        Assert.All(last, number => Assert.Equal(Messages - 1, number));
    }

    [Fact]
    public async Task PublishAsync_BodyIsChangedAfterwards_TheStoredOneIsNot()
    {
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker()));
        var got = new MessageCollector();
        var body = "first"u8.ToArray();
        await app.Publisher.PublishAsync("orders", new OutboundMessage(body), Token);
        "other"u8.CopyTo(body);
        await using var subscription = await app.CollectAsync("orders", "g", got);
        await got.WaitForAsync(1);

        Assert.Equal("first", got.Texts[0]);
    }

    [Fact]
    public async Task PublishAsync_PublisherIsClosed_IsRefused()
    {
        var broker = new InMemoryBroker();
        var app = new MessagingApp(m => m.UseInMemory(broker));
        var publisher = app.Publisher;
        await publisher.PublishAsync("orders", new OutboundMessage("m"u8.ToArray()), Token);
        await app.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await publisher.PublishAsync("orders", new OutboundMessage("m"u8.ToArray()), Token));
        Assert.Equal(1, broker.CountPublished("orders"));
    }

    [Fact]
    public async Task SubscribeAsync_TopologyNoneAndNoSuchTopic_IsRefusedAndMakesNone()
    {
        var broker = new InMemoryBroker();
        await using var app = new MessagingApp(m => m.UseInMemory(broker).UseTopology(TopologyMode.None));

        var error = await Assert.ThrowsAsync<DestinationNotFoundException>(async () => await app.CollectAsync("orders", "g", new MessageCollector()));
        await using var verifying = new MessagingApp(m => m.UseInMemory(broker).UseTopology(TopologyMode.Verify));

        Assert.Contains("orders", error.Message, StringComparison.Ordinal);
        Assert.Contains("TopologyMode", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<DestinationNotFoundException>(async () => await verifying.CollectAsync("orders", "g", new MessageCollector()));
    }
}
