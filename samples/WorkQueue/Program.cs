// A work queue: jobs of one document (the key) run one after the other, in order; different documents side by side, in several
// workers. One worker is taken away in the middle, with its jobs unfinished: they run elsewhere, and nothing is lost.
//   dotnet run --project samples/WorkQueue                                                              in memory
//   dotnet run --project samples/WorkQueue -- --broker rabbitmq --connection amqp://localhost           a durable quorum queue
using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Messaging;

const int Documents = 12;
const int JobsPerDocument = 15;
var finished = new ConcurrentDictionary<string, ConcurrentQueue<int>>();
var redelivered = 0;

string? rabbitMq = null;
switch (args)
{
    case []:
        break;
    case ["--broker", "memory"]:
        break;
    case ["--broker", "rabbitmq"]:
        rabbitMq = "amqp://localhost";
        break;
    case ["--broker", "rabbitmq", "--connection", var address]:
        rabbitMq = address;
        break;
    default:
        Console.Error.WriteLine("usage: WorkQueue [--broker memory|rabbitmq [--connection ADDRESS]]");
        return 1;
}

var memory = new InMemoryBroker(); // shared by the workers, as a server would be
try
{
    await using var office = CreateWorker();
    await using var first = CreateWorker();
    await using var second = CreateWorker();

    // RabbitMQ gives an ordered queue to one worker at a time, and to the next one when that is gone.
    var doomed = await SubscribeAsync(first);
    await using var survivor = await SubscribeAsync(second);

    var publisher = office.GetRequiredService<IMessagePublisher>();
    for (var step = 0; step < JobsPerDocument; step++)
    {
        for (var document = 0; document < Documents; document++)
        {
            await publisher.PublishAsync("jobs", new Job($"document-{document}", step), key: $"document-{document}");
        }
    }

    // No drain: as if the process were killed. What it had not finished is delivered again.
    await doomed.DrainAsync(TimeSpan.Zero);
    await survivor.CatchUpAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);
}
catch (MessagingException exception)
{
    Console.Error.WriteLine($"error: {exception.Message}");
    return 1;
}

// At least once: a job may have run twice, but none is missing, and none ran before its predecessor.
var lost = Documents * JobsPerDocument - finished.Sum(d => d.Value.Distinct().Count());
var skipped = finished.Count(d => d.Value.Aggregate((Highest: -1, Skips: 0), (s, step) => (Math.Max(s.Highest, step), s.Skips + (step > s.Highest + 1 ? 1 : 0))).Skips > 0);
Console.WriteLine($"{finished.Count} documents, {finished.Sum(d => d.Value.Count)} jobs run, {redelivered} of them again");
Console.WriteLine($"done: jobs {Documents * JobsPerDocument}, lost {lost}, out of order {skipped}");
return lost == 0 && skipped == 0 ? 0 : 1;

ServiceProvider CreateWorker() => new ServiceCollection()
    .AddMessaging(m => (rabbitMq is null ? m.UseInMemory(memory) : m.UseRabbitMq(rabbitMq)).UseJson(JobsJson.Default))
    .BuildServiceProvider();

ValueTask<ISubscription> SubscribeAsync(ServiceProvider worker) => worker.GetRequiredService<ISubscriber>().SubscribeAsync<Job>(
    new SubscriptionOptions("jobs", "workers") { Ordering = Ordering.PerKey, MaxConcurrency = 4, MaxInFlight = 16 },
    async (context, cancellationToken) =>
    {
        if (context.Attempt > 1)
        {
            Interlocked.Increment(ref redelivered);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(5), cancellationToken); // the work
        finished.GetOrAdd(context.Message.Document, _ => new()).Enqueue(context.Message.Step);
        return Settlement.Complete;
    });

internal sealed record Job(string Document, int Step);

[JsonSerializable(typeof(Job))]
internal sealed partial class JobsJson : JsonSerializerContext;
