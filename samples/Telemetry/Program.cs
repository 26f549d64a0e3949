// Sensors publish readings to a topic with four partitions; two groups read them, each on its own; a third one comes later and
// replays everything from the beginning.
//   dotnet run --project samples/Telemetry                                in memory
//   dotnet run --project samples/Telemetry -- --broker kafka [host:9092]  Kafka
// The readings of one sensor keep their order: the sensor is the key, and a key stays in one partition.
using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging;

string broker = "memory";
string? address = null;
switch (args)
{
    case []:
        break;
    case ["--broker", "memory" or "kafka", ..] when args.Length <= 3:
        (broker, address) = (args[1], args.ElementAtOrDefault(2));
        break;
    default:
        Console.Error.WriteLine("usage: Telemetry [--broker memory|kafka [ADDRESS]]");
        return 1;
}

const int Sensors = 20;
const int ReadingsPerSensor = 100;
const int Readings = Sensors * ReadingsPerSensor;
const double AlarmAbove = 90;

// A topic of this run's own: Kafka keeps the readings of earlier runs.
var topic = $"telemetry-{Guid.NewGuid().ToString("N")[..8]}";
await using var services = new ServiceCollection()
    .AddMessaging(m =>
    {
        _ = broker == "kafka" ? m.UseKafka(address ?? "localhost:9092") : m.UseInMemory();
        m.UseJson(TelemetryJson.Default);
        m.AddTopic(topic, t => t.Partitions = 4);
    })
    .BuildServiceProvider();
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};

try
{
    await services.GetRequiredService<IMessagingRuntime>().StartAsync(stop.Token);
    var subscriber = services.GetRequiredService<ISubscriber>();
    var publisher = services.GetRequiredService<IMessagePublisher>();

    // Two members share the partitions of one group; the other group has one member, which gets all of them.
    var averages = new Totals(Readings);
    var alarms = new Totals(Readings);
    await using var first = await subscriber.SubscribeAsync<Reading>(new SubscriptionOptions(topic, "averages"), averages.HandleAsync, stop.Token);
    await using var second = await subscriber.SubscribeAsync<Reading>(new SubscriptionOptions(topic, "averages"), averages.HandleAsync, stop.Token);
    await using var watch = await subscriber.SubscribeAsync<Reading>(new SubscriptionOptions(topic, "alarms"), alarms.HandleAsync, stop.Token);

    // Not awaited one by one: the publisher has a window of its own, and keeps the order of each key.
    var partitions = new ConcurrentDictionary<int, bool>();
    var publishing = new List<Task>(Readings);
    for (var number = 0; number < ReadingsPerSensor; number++)
    {
        for (var sensor = 0; sensor < Sensors; sensor++)
        {
            var reading = new Reading($"sensor-{sensor}", number, ((sensor * 7) + (number * 13)) % 101);
            publishing.Add(PublishAsync(reading));
        }
    }

    await Task.WhenAll(publishing);
    await averages.AllAsync(stop.Token);
    await alarms.AllAsync(stop.Token);
    Console.WriteLine($"{Readings} readings in {partitions.Count} partitions, average {averages.Average:0.00}, {alarms.CountAbove(AlarmAbove)} alarms");

    // A group that did not exist when the readings were published.
    var replay = new Totals(Readings);
    await using (await subscriber.SubscribeAsync<Reading>(new SubscriptionOptions(topic, "replay") { Start = StartPosition.Earliest }, replay.HandleAsync, stop.Token))
    {
        await replay.AllAsync(stop.Token);
    }

    var isSame = replay.Average == averages.Average && replay.CountAbove(AlarmAbove) == alarms.CountAbove(AlarmAbove);
    Console.WriteLine($"done: published {Readings}, replayed {replay.Count}, alarms {alarms.CountAbove(AlarmAbove)}, same {isSame}, out of order {averages.OutOfOrder + alarms.OutOfOrder + replay.OutOfOrder}");
    return isSame ? 0 : 1;

    async Task PublishAsync(Reading reading)
    {
        var receipt = await publisher.PublishAsync(topic, reading, key: reading.Sensor, stop.Token);
        partitions[receipt.Partition ?? 0] = true;
    }
}
catch (MessagingException exception)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.WriteLine("done: stopped early");
    return 130;
}

internal sealed record Reading(string Sensor, int Number, double Value);

[JsonSerializable(typeof(Reading))]
internal sealed partial class TelemetryJson : JsonSerializerContext;

// Delivery is at least once: a reading that comes again changes nothing.
internal sealed class Totals(int expected)
{
    private readonly ConcurrentDictionary<(string Sensor, int Number), double> _values = new();
    private readonly ConcurrentDictionary<string, int> _next = new();
    private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _outOfOrder;

    public int Count => _values.Count;

    public int OutOfOrder => _outOfOrder;

    public double Average => _values.Values.Sum() / _values.Count;

    public int CountAbove(double limit) => _values.Values.Count(value => value > limit);

    public ValueTask<Settlement> HandleAsync(MessageContext<Reading> context, CancellationToken cancellationToken)
    {
        var reading = context.Message;
        if (_values.TryAdd((reading.Sensor, reading.Number), reading.Value))
        {
            // One reading of a sensor at a time: that is what the key is for.
            if (_next.GetValueOrDefault(reading.Sensor) != reading.Number)
            {
                Interlocked.Increment(ref _outOfOrder);
            }

            _next[reading.Sensor] = reading.Number + 1;
            if (_values.Count == expected)
            {
                _all.TrySetResult();
            }
        }

        return new(Settlement.Complete);
    }

    public Task AllAsync(CancellationToken cancellationToken) => _all.Task.WaitAsync(TimeSpan.FromMinutes(1), cancellationToken);
}
