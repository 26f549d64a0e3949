using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Toolkit.Messaging.Tests.Hosting;

public sealed class AddMessagingTests
{
    [Fact]
    public async Task AddSubscription_HostRuns_HandlerGetsEveryMessageBeforeTheHostHasStopped()
    {
        var sum = new Sum();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(sum);
        builder.Services.AddMessaging(m => m
            .UseInMemory()
            .UseJson(TestJson.Default)
            .AddSubscription<OrderPlaced, SumHandler>("orders", group: "billing"));
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var publisher = host.Services.GetRequiredService<IMessagePublisher>();
        for (var i = 1; i <= 1000; i++)
        {
            await publisher.PublishAsync("orders", new OrderPlaced(i, i), key: "customer-" + (i % 7), TestContext.Current.CancellationToken);
        }

        await publisher.FlushAsync(TestContext.Current.CancellationToken);
        await host.Services.GetRequiredService<IMessagingRuntime>().Subscriptions[0].CatchUpAsync(TestContext.Current.CancellationToken);
        await host.StopAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1000, sum.Count);
        Assert.Equal(500_500, sum.Total);
    }

    [Fact]
    public async Task AddMessaging_NoHost_PublishSubscribeAndCatchUpReconcile()
    {
        var services = new ServiceCollection();
        services.AddMessaging(m => m.UseInMemory().UseJson(TestJson.Default));
        await using var provider = services.BuildServiceProvider();
        var publisher = provider.GetRequiredService<IMessagePublisher>();
        var subscriber = provider.GetRequiredService<ISubscriber>();
        var sum = new Sum();
        await using var subscription = await subscriber.SubscribeAsync<OrderPlaced>(new SubscriptionOptions("orders", "sum"), (context, _) =>
        {
            sum.Add(context.Message.Amount);
            return new(Settlement.Complete);
        }, TestContext.Current.CancellationToken);

        for (var i = 1; i <= 500; i++)
        {
            _ = publisher.PublishAsync("orders", new OrderPlaced(i, 2), cancellationToken: TestContext.Current.CancellationToken).AsTask();
        }

        await publisher.FlushAsync(TestContext.Current.CancellationToken);
        await subscription.CatchUpAsync(TestContext.Current.CancellationToken);

        Assert.Equal(500, sum.Count);
        Assert.Equal(1000, sum.Total);
        Assert.Equal(0, subscription.InFlight);
    }

    [Fact]
    public void AddMessaging_Twice_Throws() =>
        Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddMessaging().AddMessaging());

    [Fact]
    public async Task PublishAsync_TypeWithoutMetadata_SaysHowToRegisterIt()
    {
        await using var provider = new ServiceCollection().AddMessaging().BuildServiceProvider();
        var exception = await Assert.ThrowsAsync<SerializationException>(async () => await provider.GetRequiredService<IMessagePublisher>().PublishAsync("orders", new OrderPlaced(1)));
        Assert.Contains("UseJson(YourContext.Default)", exception.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.NotSent, exception.Outcome);
    }

    private sealed class Sum
    {
        private readonly Lock _gate = new();

        public int Count { get; private set; }

        public decimal Total { get; private set; }

        public void Add(decimal amount)
        {
            lock (_gate)
            {
                Count++;
                Total += amount;
            }
        }
    }

    private sealed class SumHandler(Sum sum) : IMessageHandler<OrderPlaced>
    {
        public ValueTask<Settlement> HandleAsync(MessageContext<OrderPlaced> context, CancellationToken cancellationToken)
        {
            sum.Add(context.Message.Amount);
            return new(Settlement.Complete);
        }
    }
}
