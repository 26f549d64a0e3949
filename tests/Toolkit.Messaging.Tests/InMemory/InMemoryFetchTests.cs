using System.Globalization;
using Toolkit.Testing.Messaging;

namespace Toolkit.Messaging.Tests.InMemory;

/// <summary>Who fetches when: the publisher, a handler that has run out of work, or one that waits for more.</summary>
public sealed class InMemoryFetchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, Ordering.None, 256)]
    [InlineData(2, Ordering.PerKey, 4)]
    [InlineData(8, Ordering.None, 8)]
    [InlineData(8, Ordering.PerKey, 256)]
    public async Task Publish_EachMessageAwaitedUntilItIsHandled_NoneIsLeftLying(int concurrency, Ordering ordering, int inFlight)
    {
        // Each publisher sends the next message when its last one was handled: a wake-up that gets lost stops it for good.
        const int Publishers = 4;
        const int Messages = 3_000;
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker()));
        var handled = Enumerable.Range(0, Publishers).Select(_ => new SemaphoreSlim(0)).ToArray();
        await using var subscription = await app.SubscribeAsync("orders", "g", async (context, _) =>
        {
            if (context.Offset % 7 == 0)
            {
                await Task.Yield();
            }

            handled[int.Parse(context.Key!, CultureInfo.InvariantCulture)].Release();
            return Settlement.Complete;
        }, o => (o.MaxConcurrency, o.Ordering, o.MaxInFlight) = (concurrency, ordering, inFlight));

        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(p => Task.Run(async () =>
        {
            for (var i = 0; i < Messages; i++)
            {
                await app.PublishAsync("orders", "m", key: p.ToString(CultureInfo.InvariantCulture));
                Assert.True(await handled[p].WaitAsync(MessageCollector.Patience, Token), $"message {i} of publisher {p} was not handled");
            }
        }, Token)));

        await subscription.CatchUpAsync(Token);
        Assert.Equal(0, subscription.InFlight);
    }

    [Fact]
    public async Task Publish_OneHandlerBlocksItsThread_OthersGoOn()
    {
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker()));
        using var blocked = new ManualResetEventSlim();
        using var entered = new ManualResetEventSlim();
        var others = new MessageCollector();
        await using var subscription = await app.SubscribeAsync("orders", "g", (context, token) =>
        {
            if (context.Key != "blocks")
            {
                return others.HandleAsync(context, token);
            }

            entered.Set();
            blocked.Wait(MessageCollector.Patience, token);
            return new(Settlement.Complete);
        }, o => o.MaxConcurrency = 2);

        await app.PublishAsync("orders", "m", key: "blocks");
        Assert.True(entered.Wait(MessageCollector.Patience, Token));
        for (var i = 0; i < 100; i++)
        {
            await app.PublishAsync("orders", $"m{i}", key: "goes on");
            await others.WaitForAsync(i + 1);
        }

        blocked.Set();
        await subscription.CatchUpAsync(Token);
        Assert.Equal(Enumerable.Range(0, 100).Select(i => $"m{i}"), others.Texts);
    }

    [Fact]
    public async Task Fetch_BacklogInAllPartitionsAndASmallWindow_NoPartitionWaitsForTheOthers()
    {
        const int Partitions = 8;
        const int Each = 200;
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker(new InMemoryBrokerOptions { Partitions = Partitions })));
        for (var i = 0; i < Partitions * Each; i++)
        {
            await app.PublishAsync("orders", "m"); // without a key: in turn
        }

        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "g", got, o => (o.MaxConcurrency, o.MaxInFlight, o.Ordering) = (1, 16, Ordering.None));
        await got.WaitForAsync(Partitions * Each);

        var partitions = got.Items.Select(m => m.Partition).ToList();
        Assert.All(Enumerable.Range(0, Partitions), p => Assert.InRange(partitions.IndexOf(p), 0, Partitions * Each / 2));
    }

    [Fact]
    public async Task Publish_AHandlerPublishesFarAheadOfItself_NeverWaitsForThatHandler()
    {
        const int Messages = 5_000; // beyond what publishers are held back at
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker(new InMemoryBrokerOptions { Partitions = 1 })));
        var handled = 0;
        var completedAtOnce = 0;
        await using var subscription = await app.SubscribeAsync("orders", "g", async (context, _) =>
        {
            for (var i = 0; i < Messages && context.Offset == 0; i++)
            {
                var publish = app.PublishAsync("orders", "m");
                completedAtOnce += publish.IsCompletedSuccessfully ? 1 : 0;
                await publish;
            }

            handled++;
            return Settlement.Complete;
        }, o => (o.MaxConcurrency, o.MaxInFlight, o.Ordering) = (1, 1, Ordering.Strict));
        await app.PublishAsync("orders", "first");
        await subscription.CatchUpAsync(Token).AsTask().WaitAsync(MessageCollector.Patience, Token);

        Assert.Equal((Messages, Messages + 1), (completedAtOnce, handled));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    public async Task Retention_AllIsFetched_ANewGroupGetsWhatIsKeptAndNoMore(int retained)
    {
        await using var app = new MessagingApp(m => m.UseInMemory(new InMemoryBroker(new InMemoryBrokerOptions { Partitions = 1, RetainedPerPartition = retained })));
        var first = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "first", first, o => o.Ordering = Ordering.Strict);
        for (var i = 0; i < 100; i++)
        {
            await app.PublishAsync("orders", $"m{i}");
        }

        await first.WaitForAsync(100);
        await app.PublishAsync("orders", "last"); // what all groups have fetched goes with the next message
        await first.WaitForAsync(101);
        var late = new MessageCollector();
        await using var second = await app.CollectAsync("orders", "late", late, o => (o.Ordering, o.Start) = (Ordering.Strict, StartPosition.Earliest));
        await second.CatchUpAsync(Token);

        Assert.Equal([.. Enumerable.Range(100 - retained, retained).Select(i => $"m{i}"), "last"], late.Texts);
    }
}
