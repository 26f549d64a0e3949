// packages: Toolkit.Messaging Microsoft.Extensions.DependencyInjection
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging;

await using var services = new ServiceCollection()
    .AddMessaging(m => m.UseJson(Json.Default).AddSubscription<OrderPlaced, OrderHandler>("orders", group: "billing"))
    .BuildServiceProvider();
var runtime = services.GetRequiredService<IMessagingRuntime>();
await runtime.StartAsync();
var publisher = services.GetRequiredService<IMessagePublisher>();
for (var id = 1; id <= 3; id++)
{
    await publisher.PublishAsync("orders", new OrderPlaced(id), key: "customer-7");
}

await runtime.Subscriptions[0].CatchUpAsync();
await runtime.StopAsync();

public sealed record OrderPlaced(int Id);

[JsonSerializable(typeof(OrderPlaced))]
internal sealed partial class Json : JsonSerializerContext;

internal sealed class OrderHandler : IMessageHandler<OrderPlaced>
{
    public ValueTask<Settlement> HandleAsync(MessageContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        Console.WriteLine($"order {context.Message.Id} of {context.Key}");
        return ValueTask.FromResult(Settlement.Complete);
    }
}
