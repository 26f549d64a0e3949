// A worker service that publishes orders and handles them. The same code on three brokers:
//   dotnet run --project samples/OrdersService                                      in memory
//   dotnet run --project samples/OrdersService -- --broker rabbitmq [amqp://host]   RabbitMQ
//   dotnet run --project samples/OrdersService -- --broker kafka [host:9092]        Kafka
// One order in ten fails at first and is retried; order 13 is never accepted and ends in the dead-letter topic. Ctrl+C stops
// it in order: what was received is finished first.
using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging;

string broker = "memory";
string? address = null;
switch (args)
{
    case []:
        break;
    case ["--broker", "memory" or "rabbitmq" or "kafka", ..] when args.Length <= 3:
        (broker, address) = (args[1], args.ElementAtOrDefault(2));
        break;
    default:
        Console.Error.WriteLine("usage: OrdersService [--broker memory|rabbitmq|kafka [ADDRESS]]");
        return 1;
}

const int Orders = 100;
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Critical);
builder.Services.AddSingleton<Ledger>();
builder.Services.AddMessaging(m =>
{
    _ = broker switch
    {
        "rabbitmq" => m.UseRabbitMq(address ?? "amqp://localhost"),
        "kafka" => m.UseKafka(address ?? "localhost:9092"),
        _ => m.UseInMemory(),
    };
    m.UseJson(OrdersJson.Default);
    m.AddSubscription<OrderPlaced, BillingHandler>("orders", group: "billing", o => o.Retry.Delay = TimeSpan.FromMilliseconds(20));
    m.AddSubscription<OrderPlaced, ParkedHandler>("orders.billing.dead-letter", group: "parked");
});

using var host = builder.Build();
try
{
    await host.StartAsync();
}
catch (MessagingException exception)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}

var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
var ledger = host.Services.GetRequiredService<Ledger>();
var publisher = host.Services.GetRequiredService<IMessagePublisher>();
var published = 0;
try
{
    for (var id = 1; id <= Orders; id++)
    {
        await publisher.PublishAsync("orders", new OrderPlaced(id, "customer-" + (id % 7), id * 10m), key: "customer-" + (id % 7), stopping);
        published++;
    }

    // Stops when every order has been billed or parked.
    await ledger.SettledAsync(Orders).WaitAsync(TimeSpan.FromMinutes(1), stopping);
}
catch (OperationCanceledException)
{
    Console.WriteLine("stopping early: finishing what was received");
}

await host.StopAsync();
Console.WriteLine($"billed {ledger.Billed.Count} orders for {ledger.Billed.Values.Sum()}, retried {ledger.Retries}, parked {string.Join(',', ledger.Parked.Keys)}");
Console.WriteLine($"done: published {published}, billed {ledger.Billed.Count}, parked {ledger.Parked.Count}, retries {ledger.Retries}");
return 0;

internal sealed record OrderPlaced(int Id, string Customer, decimal Amount);

[JsonSerializable(typeof(OrderPlaced))]
internal sealed partial class OrdersJson : JsonSerializerContext;

internal sealed class BillingHandler(Ledger ledger) : IMessageHandler<OrderPlaced>
{
    public ValueTask<Settlement> HandleAsync(MessageContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        var order = context.Message;
        if (order.Id == 13)
        {
            return new(Settlement.DeadLetter("order 13 is not accepted"));
        }

        if (order.Id % 10 == 0 && context.Attempt == 1)
        {
            ledger.CountRetry();
            return new(Settlement.Retry(reason: "the bank did not answer"));
        }

        ledger.Bill(order);
        return new(Settlement.Complete);
    }
}

internal sealed class ParkedHandler(Ledger ledger) : IMessageHandler<OrderPlaced>
{
    public ValueTask<Settlement> HandleAsync(MessageContext<OrderPlaced> context, CancellationToken cancellationToken)
    {
        ledger.Park(context.Message, context.Headers.GetString(DeadLetterHeaders.Reason) ?? "unknown");
        return new(Settlement.Complete);
    }
}

// Delivery is at least once: the ledger keeps each order once, however often it comes.
internal sealed class Ledger
{
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _expected = int.MaxValue;
    private int _retries;

    public ConcurrentDictionary<int, decimal> Billed { get; } = new();

    public ConcurrentDictionary<int, string> Parked { get; } = new();

    public int Retries => _retries;

    public void CountRetry() => Interlocked.Increment(ref _retries);

    public void Bill(OrderPlaced order)
    {
        Billed[order.Id] = order.Amount;
        Check();
    }

    public void Park(OrderPlaced order, string reason)
    {
        Parked[order.Id] = reason;
        Check();
    }

    public Task SettledAsync(int count)
    {
        Volatile.Write(ref _expected, count);
        Check();
        return _settled.Task;
    }

    private void Check()
    {
        if (Billed.Count + Parked.Count >= Volatile.Read(ref _expected))
        {
            _settled.TrySetResult();
        }
    }
}
