using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging;

namespace Toolkit.AotSmoke;

internal static class MessagingChecks
{
    public static (string, Func<Task>)[] All =>
    [
        ("messaging: typed publish and handler over the in-memory broker", PublishAndHandle),
        ("messaging: a failing message is dead-lettered with its headers", DeadLetter),
    ];

    private static async Task PublishAndHandle()
    {
        var counter = new Counter();
        await using var provider = new ServiceCollection()
            .AddSingleton(counter)
            .AddMessaging(m => m.UseJson(SmokeJson.Default).AddSubscription<SmokeOrder, CountingHandler>("orders", group: "billing"))
            .BuildServiceProvider();
        var runtime = provider.GetRequiredService<IMessagingRuntime>();
        await runtime.StartAsync();
        var publisher = provider.GetRequiredService<IMessagePublisher>();
        for (var i = 0; i < 100; i++)
        {
            await publisher.PublishAsync("orders", new SmokeOrder(i, "customer"), key: "k" + (i % 3));
        }

        await publisher.FlushAsync();
        await runtime.Subscriptions[0].CatchUpAsync();
        Check.Equal(100, counter.Count);
        Check.Equal(4950, counter.Sum);
    }

    private static async Task DeadLetter()
    {
        await using var provider = new ServiceCollection().AddMessaging(m => m.UseJson(SmokeJson.Default)).BuildServiceProvider();
        var subscriber = provider.GetRequiredService<ISubscriber>();
        var dead = new TaskCompletionSource<MessageContext<SmokeOrder>>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var failing = await subscriber.SubscribeAsync<SmokeOrder>(new SubscriptionOptions("orders", "g"), (_, _) => new(Settlement.DeadLetter("no such customer")));
        await using var parked = await subscriber.SubscribeAsync<SmokeOrder>(new SubscriptionOptions("orders.g.dead-letter", "parked"), (context, _) =>
        {
            dead.TrySetResult(context);
            return new(Settlement.Complete);
        });
        await provider.GetRequiredService<IMessagePublisher>().PublishAsync("orders", new SmokeOrder(7, "x"));
        var letter = await dead.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Check.Equal(7, letter.Message.Id);
        Check.Equal("no such customer", letter.Headers.GetString(DeadLetterHeaders.Reason));
    }
}

internal sealed record SmokeOrder(int Id, string Customer);

[JsonSerializable(typeof(SmokeOrder))]
internal sealed partial class SmokeJson : JsonSerializerContext;

internal sealed class Counter
{
    private int _count;
    private int _sum;

    public int Count => _count;

    public int Sum => _sum;

    public void Add(int value)
    {
        Interlocked.Increment(ref _count);
        Interlocked.Add(ref _sum, value);
    }
}

internal sealed class CountingHandler(Counter counter) : IMessageHandler<SmokeOrder>
{
    public ValueTask<Settlement> HandleAsync(MessageContext<SmokeOrder> context, CancellationToken cancellationToken)
    {
        counter.Add(context.Message.Id);
        return new(Settlement.Complete);
    }
}
