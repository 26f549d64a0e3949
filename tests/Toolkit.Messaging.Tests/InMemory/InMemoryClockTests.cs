using Microsoft.Extensions.Time.Testing;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.InMemory;

/// <summary>The broker under a clock that the test moves.</summary>
public sealed class InMemoryClockTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retry_InAnHour_ComesAgainWhenTheClockSaysSo()
    {
        var time = new FakeTimeProvider();
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker(new InMemoryBrokerOptions(), time)), time);
        var got = new MessageCollector((m, _) => new(m.Attempt == 1 ? Settlement.Retry(TimeSpan.FromHours(1)) : Settlement.Complete));
        await using var subscription = await app.CollectAsync("orders", "g", got, o => (o.Ordering, o.Retry.LaneAttempts) = (Ordering.None, 1));
        await app.PublishAsync("orders", "m");
        await got.WaitForAsync(1);
        while (subscription.InFlight > 0)
        {
            await Task.Yield(); // handed to the broker by then
        }

        Assert.Equal(1, await subscription.GetLagAsync(Token));
        time.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(got.Items);
        time.Advance(TimeSpan.FromMinutes(1));
        await got.WaitForAsync(2);

        Assert.Equal([1, 2], got.Items.Select(i => i.Attempt));
    }

    [Fact]
    public async Task Outage_LongerThanTheDeadline_PublishesTimeOutAndLaterOnesSucceed()
    {
        var time = new FakeTimeProvider();
        var broker = new InMemoryBroker(new InMemoryBrokerOptions(), time);
        await using var app = new MessagingApp(m => m.UseInMemory(broker), time);
        broker.SetAvailable(false);
        var publish = app.PublishAsync("orders", "m").AsTask();
        time.Advance(TimeSpan.FromSeconds(31));

        Assert.Equal(DeliveryOutcome.NotSent, (await Assert.ThrowsAsync<PublishTimeoutException>(() => publish)).Outcome);
        broker.SetAvailable(true);
        await app.PublishAsync("orders", "later");
        Assert.Equal(1, broker.CountPublished("orders"));
    }

    [Fact]
    public async Task Publish_PartitionIsFull_WaitsForTheConsumer()
    {
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker(new InMemoryBrokerOptions { Partitions = 1, CapacityPerPartition = 10, RetainedPerPartition = 0 })));
        var publishes = Enumerable.Range(0, 50).Select(i => app.PublishAsync("orders", $"m{i}").AsTask()).ToArray();
        Assert.Equal(10, publishes.Count(p => p.IsCompleted));

        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "g", got, o => o.Ordering = Ordering.Strict);
        await Task.WhenAll(publishes).WaitAsync(MessageCollector.Patience, Token);
        await got.WaitForAsync(50);

        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"m{i}"), got.Texts);
    }

    [Fact]
    public async Task DeadLetter_TopicIsAway_TheMessageIsKeptUntilItIsThere()
    {
        var broker = new InMemoryBroker();
        await using var app = new MessagingApp(m => m.UseInMemory(broker).ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromMilliseconds(100)));
        var got = new MessageCollector((_, _) =>
        {
            broker.SetAvailable(false);
            return new(Settlement.DeadLetter("bad"));
        });
        await using var subscription = await app.CollectAsync("orders", "g", got);
        await app.PublishAsync("orders", "m");
        await got.WaitAsync(_ => !broker.IsAvailable, "the outage that the handler plays");
        await Assert.ThrowsAsync<PublishTimeoutException>(async () => await app.PublishAsync("other", "x")); // the dead letter has failed as well by then, or will
        Assert.Equal(1, await subscription.GetLagAsync(Token));

        broker.SetAvailable(true);
        var parked = new MessageCollector();
        await using var dead = await app.CollectAsync("orders.g.dead-letter", "parked", parked);
        await parked.WaitForAsync(1);
        await subscription.CatchUpAsync(Token);

        Assert.Single(got.Items);
    }
}
