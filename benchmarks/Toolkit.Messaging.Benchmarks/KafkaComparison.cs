using System.Diagnostics;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Microsoft.Extensions.DependencyInjection;
using Toolkit.Benchmarking;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Benchmarks;

/// <summary>
/// Over one real broker, to the same topic of one partition, with acks=all and idempotence on both sides: the package, the
/// raw client's ProduceAsync, and its Produce with a callback (no task a message, and a window of its own to keep).
/// </summary>
internal static class KafkaComparison
{
    private const int Count = 100_000;
    private const int ConsumeCount = 100_000;
    private const int Rounds = 9;
    private const string Topic = "bench";
    private static int s_group;

    public static async Task RunAsync()
    {
        if (KafkaServer.Requirement.SkipReason is { } reason)
        {
            Console.WriteLine($"skipped: {reason}");
            return;
        }

        await using var server = await RequiredServer.StartAsync(new KafkaServer { HeapMegabytes = 512 });
        await using var provider = new ServiceCollection().AddMessaging(m => m.UseKafka(server.BootstrapServers).AddTopic(Topic)).BuildServiceProvider();
        await provider.GetRequiredService<IMessagingRuntime>().StartAsync();
        var publisher = provider.GetRequiredService<IMessagePublisher>();
        using var producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig { BootstrapServers = server.BootstrapServers, Acks = Acks.All, EnableIdempotence = true }).SetLogHandler(static (_, _) => { }).Build();
        ComparePublish(publisher, producer);
        CompareConsume(server, provider.GetRequiredService<ISubscriber>());
        await CompareLatencyAsync(server, publisher, provider.GetRequiredService<ISubscriber>(), producer);
    }

    private static void ComparePublish(IMessagePublisher publisher, IProducer<byte[]?, byte[]> producer)
    {
        var outbound = new OutboundMessage(Workload.Body);
        Task Ours() => Workload.PublishAsync(Count, publisher, Topic, outbound);
        Task Awaited() => Workload.PublishAsync(Count, () => new ValueTask(producer.ProduceAsync(Topic, Identified())));
        Task CalledBack() => CallBackAsync(producer);

        Comparison.Run("kafka.publish.window-1024", "messages/s", Better.Higher, new("toolkit", Measure.PerSecond(Count, Ours)), [new("client-produce-async", Measure.PerSecond(Count, Awaited)), new("client-callback", Measure.PerSecond(Count, CalledBack))], Rounds);
        Comparison.Run("kafka.publish.allocated", "bytes/message", Better.Lower, new("toolkit", Measure.Bytes(Count, Ours)), [new("client-produce-async", Measure.Bytes(Count, Awaited)), new("client-callback", Measure.Bytes(Count, CalledBack))], 3, warmups: 1);
    }

    // The same promise needs an id by which a receiver recognises a message that was sent again.
    private static Message<byte[]?, byte[]> Identified() => new() { Value = Workload.Body, Headers = new Headers { { "message-id", Guid.NewGuid().ToByteArray() } } };

    private static async Task CallBackAsync(IProducer<byte[]?, byte[]> producer)
    {
        using var room = new SemaphoreSlim(Workload.Window);
        for (var i = 0; i < Count; i++)
        {
            await room.WaitAsync();
            producer.Produce(Topic, Identified(), _ => room.Release());
        }

        for (var i = 0; i < Workload.Window; i++)
        {
            await room.WaitAsync();
        }
    }

    private static void CompareConsume(KafkaServer server, ISubscriber subscriber)
    {
        async Task<double> OursAsync(int inFlight)
        {
            var first = 0L;
            var countdown = new Countdown(ConsumeCount);
            var options = new SubscriptionOptions(Topic, $"ours-{++s_group}") { Ordering = Ordering.PerKey, MaxConcurrency = 2, MaxInFlight = inFlight, DeadLetter = new DeadLetterOptions { Enabled = false } };
            await using var subscription = await subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(options, (_, _) =>
            {
                Interlocked.CompareExchange(ref first, Stopwatch.GetTimestamp(), 0);
                countdown.Signal();
                return new(Settlement.Complete);
            });
            await countdown.Task;
            return ConsumeCount / Stopwatch.GetElapsedTime(first).TotalSeconds;
        }

        double Raw()
        {
            using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig { BootstrapServers = server.BootstrapServers, GroupId = $"raw-{++s_group}", AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoOffsetStore = false }).SetLogHandler(static (_, _) => { }).Build();
            consumer.Subscribe(Topic);
            consumer.StoreOffset(consumer.Consume());
            var start = Stopwatch.GetTimestamp();
            for (var i = 1; i < ConsumeCount; i++)
            {
                consumer.StoreOffset(consumer.Consume());
            }

            var rate = ConsumeCount / Stopwatch.GetElapsedTime(start).TotalSeconds;
            consumer.Close();
            return rate;
        }

        var raw = new Contender("client", Raw);
        Comparison.Run("kafka.consume.in-flight-256", "messages/s", Better.Higher, new("toolkit", () => OursAsync(256).GetAwaiter().GetResult()), [raw], Rounds, warmups: 1);
        Comparison.Run("kafka.consume.in-flight-4096", "messages/s", Better.Higher, new("toolkit", () => OursAsync(4096).GetAwaiter().GetResult()), [raw], Rounds, warmups: 1);
    }

    private static async Task CompareLatencyAsync(KafkaServer server, IMessagePublisher publisher, ISubscriber subscriber, IProducer<byte[]?, byte[]> producer)
    {
        const int Messages = 10_000;
        const int WarmUp = 5_000;
        const double Rate = 5_000;
        const string LatencyTopic = "latency";
        using (var admin = new DependentAdminClientBuilder(producer.Handle).Build())
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = LatencyTopic, NumPartitions = 1 }]);
        }

        var ours = new List<double>();
        var raw = new List<double>();
        var options = new SubscriptionOptions(LatencyTopic, "ours") { Start = StartPosition.Latest, Ordering = Ordering.Strict, DeadLetter = new DeadLetterOptions { Enabled = false } };
        await using (await subscriber.SubscribeAsync<ReadOnlyMemory<byte>>(options, (context, _) =>
        {
            ours.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(context.Message.Span)).TotalMilliseconds);
            return new(Settlement.Complete);
        }))
        {
            Task Ours(int messages) => PaceAsync(messages, Rate, async body => await publisher.PublishAsync(LatencyTopic, new OutboundMessage(body)), () => ours.Count);
            await Ours(WarmUp);
            ours.Clear();
            await Ours(Messages);
        }

        using var stop = new CancellationTokenSource();
        using var ready = new SemaphoreSlim(0);
        var consuming = Task.Factory.StartNew(() => Consume(server, LatencyTopic, raw, ready, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await ready.WaitAsync();
        Task Raw(int messages) => PaceAsync(messages, Rate, async body => await producer.ProduceAsync(LatencyTopic, new Message<byte[]?, byte[]> { Value = body }), () => raw.Count);
        await Raw(WarmUp);
        raw.Clear();
        await Raw(Messages);
        await stop.CancelAsync();
        await consuming;
        var (oursP50, oursP99) = Workload.Percentiles([.. ours]);
        var (rawP50, rawP99) = Workload.Percentiles([.. raw]);
        Comparison.Print("kafka.latency-p50.client", oursP50, rawP50, Better.Lower, "ms");
        Comparison.Print("kafka.latency-p99.client", oursP99, rawP99, Better.Lower, "ms");
    }

    private static void Consume(KafkaServer server, string topic, List<double> latencies, SemaphoreSlim ready, CancellationToken cancellationToken)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]>(new ConsumerConfig { BootstrapServers = server.BootstrapServers, GroupId = "raw", EnableAutoOffsetStore = false }).SetLogHandler(static (_, _) => { }).Build();
        using var admin = new DependentAdminClientBuilder(consumer.Handle).Build();
        consumer.Assign(new TopicPartitionOffset(topic, 0, consumer.QueryWatermarkOffsets(new TopicPartition(topic, 0), TimeSpan.FromSeconds(10)).High));
        ready.Release();
        try
        {
            while (true)
            {
                var result = consumer.Consume(cancellationToken);
                latencies.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(result.Message.Value)).TotalMilliseconds);
                consumer.StoreOffset(result);
            }
        }
        catch (OperationCanceledException)
        {
            consumer.Close();
        }
    }

    private static async Task PaceAsync(int messages, double rate, Func<byte[], Task> publish, Func<int> received)
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
        for (var i = 0; received() < messages && i < 2_000; i++)
        {
            await Task.Delay(5);
        }
    }
}
