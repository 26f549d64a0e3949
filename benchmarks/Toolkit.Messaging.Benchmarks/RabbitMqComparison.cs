using System.Diagnostics;
using System.Threading.RateLimiting;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using Toolkit.Benchmarking;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Benchmarks;

/// <summary>
/// Over one real broker, to the same quorum queue: the package, the raw client with tracked confirms, the raw client with its
/// confirms counted by hand (nothing a program could be built on: it can't tell which message was refused), and MassTransit.
/// </summary>
internal static class RabbitMqComparison
{
    private const int Count = 30_000;
    private const int MassTransitCount = 3_000;
    private const int Rounds = 9;
    private const string Topic = "bench";
    private const string Queue = "bench.g";
    private const ushort Prefetch = 256;

    // As long as the package's own, and the time of publishing too: the same bytes for the broker.
    private const string MessageId = "iPAt4GikIIWQW----CmF";

    private static BasicProperties Properties => new() { Persistent = true, MessageId = MessageId, Timestamp = new AmqpTimestamp(1_790_000_000) };

    public static async Task RunAsync()
    {
        await using var server = await RequiredServer.StartAsync<RabbitMqServer>();
        await using var provider = new ServiceCollection().AddMessaging(m => m.UseRabbitMq(server.Uri.ToString())).BuildServiceProvider();
        var publisher = provider.GetRequiredService<IMessagePublisher>();
        var subscriber = provider.GetRequiredService<ISubscriber>();
        var options = new SubscriptionOptions(Topic, "g") { Ordering = Ordering.None, MaxConcurrency = 1, MaxInFlight = Prefetch, DeadLetter = new DeadLetterOptions { Enabled = false } };
        await using (await subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(options, (_, _) => new(Settlement.Complete)))
        {
            // Declares exchange and queue.
        }

        var factory = new ConnectionFactory { Uri = server.Uri };
        await using var connection = await factory.CreateConnectionAsync();
        await using var admin = await connection.CreateChannelAsync();
        var bus = await StartMassTransitAsync(server, admin);
        try
        {
            await ComparePublishAsync(publisher, connection, admin, bus);
            await CompareConsumeAsync(publisher, subscriber, options, connection, admin, server);
            await CompareLatencyAsync(publisher, subscriber, options, connection, admin);
        }
        finally
        {
            await bus.StopAsync();
        }
    }

    private static async Task ComparePublishAsync(IMessagePublisher publisher, IConnection connection, IChannel admin, IBusControl bus)
    {
        var message = new OutboundMessage(Workload.Body);
        await using var tracked = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, Unlimited()));
        await using var counted = await connection.CreateChannelAsync(new CreateChannelOptions(true, false));
        var confirms = new ConfirmCounter(counted);
        var endpoint = await bus.GetSendEndpoint(new Uri("exchange:mt-bench"));
        var payload = new BenchPayload(System.Text.Encoding.ASCII.GetString(Workload.Body));

        async Task Ours()
        {
            await admin.QueuePurgeAsync(Queue);
            await Workload.PublishAsync(Count, publisher, Topic, message);
        }

        async Task Tracked()
        {
            await admin.QueuePurgeAsync(Queue);
            await Workload.PublishAsync(Count, () => tracked.BasicPublishAsync(Topic, "", true, Properties, Workload.Body));
        }

        async Task Counted()
        {
            await admin.QueuePurgeAsync(Queue);
            await confirms.PublishAsync(Count, Topic);
        }

        async Task MassTransit()
        {
            await admin.QueuePurgeAsync("mt-bench-queue");
            await Workload.PublishAsync(MassTransitCount, () => new ValueTask(endpoint.Send(payload)));
        }

        Comparison.Run("rabbitmq.publish.window-1024", "messages/s", Better.Higher, new("toolkit", Measure.PerSecond(Count, Ours)), [new("client-tracked-confirms", Measure.PerSecond(Count, Tracked)), new("client-counted-confirms", Measure.PerSecond(Count, Counted)), new("masstransit", Measure.PerSecond(MassTransitCount, MassTransit))], Rounds);
        Comparison.Run("rabbitmq.publish.allocated", "bytes/message", Better.Lower, new("toolkit", Measure.Bytes(Count, Ours)), [new("client-tracked-confirms", Measure.Bytes(Count, Tracked)), new("client-counted-confirms", Measure.Bytes(Count, Counted)), new("masstransit", Measure.Bytes(MassTransitCount, MassTransit))], 3, warmups: 1);
    }

    private static async Task CompareConsumeAsync(IMessagePublisher publisher, ISubscriber subscriber, SubscriptionOptions options, IConnection connection, IChannel admin, RabbitMqServer server)
    {
        var message = new OutboundMessage(Workload.Body);
        double Timed(Func<Task> fill, Func<Task> consume, int count)
        {
            fill().GetAwaiter().GetResult();
            var start = Stopwatch.GetTimestamp();
            consume().GetAwaiter().GetResult();
            return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        async Task Fill()
        {
            await admin.QueuePurgeAsync(Queue);
            await Workload.PublishAsync(Count, publisher, Topic, message);
        }

        async Task Ours()
        {
            var countdown = new Countdown(Count);
            await using var subscription = await subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(options, (_, _) =>
            {
                countdown.Signal();
                return new(Settlement.Complete);
            });
            await countdown.Task;
        }

        async Task Raw()
        {
            var countdown = new Countdown(Count);
            await using var channel = await connection.CreateChannelAsync();
            await channel.BasicQosAsync(0, Prefetch, false);
            var consumer = new AsyncEventingBasicConsumer(channel);
            consumer.ReceivedAsync += async (_, args) =>
            {
                await channel.BasicAckAsync(args.DeliveryTag, false);
                countdown.Signal();
            };
            var tag = await channel.BasicConsumeAsync(Queue, false, consumer);
            await countdown.Task;
            await channel.BasicCancelAsync(tag);
        }

        Comparison.Run("rabbitmq.consume.prefetch-256", "messages/s", Better.Higher, new("toolkit", () => Timed(Fill, Ours, Count)), [new("client", () => Timed(Fill, Raw, Count))], Rounds);
        _ = server;
    }

    private static async Task CompareLatencyAsync(IMessagePublisher publisher, ISubscriber subscriber, SubscriptionOptions options, IConnection connection, IChannel admin)
    {
        const int Messages = 1_500;
        const double Rate = 1_500;
        await admin.QueuePurgeAsync(Queue);
        var ours = new List<double>();
        var raw = new List<double>();
        await using var channel = await connection.CreateChannelAsync(new CreateChannelOptions(true, true, Unlimited()));
        for (var round = 0; round < 2; round++)
        {
            await using (await subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(options, (context, _) =>
            {
                ours.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(context.Message.Span)).TotalMilliseconds);
                return new(Settlement.Complete);
            }))
            {
                await PaceAsync(Messages, Rate, async body => await publisher.PublishAsync(Topic, new OutboundMessage(body)), () => ours.Count, (round + 1) * Messages);
            }

            await using var consuming = await connection.CreateChannelAsync();
            await consuming.BasicQosAsync(0, Prefetch, false);
            var consumer = new AsyncEventingBasicConsumer(consuming);
            consumer.ReceivedAsync += async (_, args) =>
            {
                raw.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(args.Body.Span)).TotalMilliseconds);
                await consuming.BasicAckAsync(args.DeliveryTag, false);
            };
            var tag = await consuming.BasicConsumeAsync(Queue, false, consumer);
            await PaceAsync(Messages, Rate, async body => await channel.BasicPublishAsync(Topic, "", true, new BasicProperties { Persistent = true }, body), () => raw.Count, (round + 1) * Messages);
            await consuming.BasicCancelAsync(tag);
        }

        var (oursP50, oursP99) = Workload.Percentiles([.. ours]);
        var (rawP50, rawP99) = Workload.Percentiles([.. raw]);
        Comparison.Print("rabbitmq.latency-p50.client", oursP50, rawP50, Better.Lower, "ms");
        Comparison.Print("rabbitmq.latency-p99.client", oursP99, rawP99, Better.Lower, "ms");
    }

    // The workload keeps to the window itself; the client's default limiter adds pauses of its own.
    internal static ConcurrencyLimiter Unlimited() => new(new ConcurrencyLimiterOptions { PermitLimit = 1_000_000, QueueLimit = int.MaxValue });

    private static async Task PaceAsync(int messages, double rate, Func<byte[], Task> publish, Func<int> received, int until)
    {
        var start = Stopwatch.GetTimestamp();
        var tasks = new List<Task>(messages);
        for (var i = 0; i < messages; i++)
        {
            while (Stopwatch.GetElapsedTime(start).TotalSeconds * rate < i)
            {
                await Task.Delay(1);
            }

            var body = new byte[Workload.BodyBytes];
            BitConverter.TryWriteBytes(body, Stopwatch.GetTimestamp());
            tasks.Add(publish(body));
        }

        await Task.WhenAll(tasks);
        for (var i = 0; received() < until && i < 1000; i++)
        {
            await Task.Delay(5);
        }
    }

    private static async Task<IBusControl> StartMassTransitAsync(RabbitMqServer server, IChannel admin)
    {
        await admin.ExchangeDeclareAsync("mt-bench", "fanout", durable: true);
        await admin.QueueDeclareAsync("mt-bench-queue", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum" });
        await admin.QueueBindAsync("mt-bench-queue", "mt-bench", "");
        var bus = Bus.Factory.CreateUsingRabbitMq(c => c.Host(server.Uri, h =>
        {
            h.Username("guest");
            h.Password("guest");
            h.PublisherConfirmation = true;
        }));
        await bus.StartAsync();
        return bus;
    }

    // The raw client's fastest: no task a message, confirms are counted.
#pragma warning disable CA1001 // lives as long as the run
    private sealed class ConfirmCounter
#pragma warning restore CA1001
    {
        private readonly IChannel _channel;
        private readonly SemaphoreSlim _room = new(Workload.Window);
        private readonly BasicProperties _properties = Properties;
        private ulong _confirmed;

        public ConfirmCounter(IChannel channel)
        {
            _channel = channel;
            channel.BasicAcksAsync += (_, args) =>
            {
                var now = args.Multiple ? args.DeliveryTag - _confirmed : 1;
                _confirmed += now;
                _room.Release((int)now);
                return Task.CompletedTask;
            };
        }

        public async Task PublishAsync(int count, string exchange)
        {
            for (var i = 0; i < count; i++)
            {
                await _room.WaitAsync();
                await _channel.BasicPublishAsync(exchange, "", true, _properties, Workload.Body);
            }

            for (var i = 0; i < Workload.Window; i++)
            {
                await _room.WaitAsync();
            }

            _room.Release(Workload.Window);
        }
    }
}

public sealed record BenchPayload(string Text);
