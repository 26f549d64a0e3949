using BenchmarkDotNet.Attributes;
using Confluent.Kafka;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Benchmarks;

/// <summary>One message of a thousand and more under way, through the package and through the raw client.</summary>
public abstract class PublishBenchmarks
{
    protected const int Messages = 20_000;
    protected const string Topic = "bench";
    private readonly OutboundMessage _message = new(Workload.Body);
    private ServiceProvider? _provider;
    private IMessagePublisher? _publisher;

    [GlobalSetup]
    public void Setup() => SetupAsync().GetAwaiter().GetResult();

    [GlobalCleanup]
    public void Cleanup()
    {
        _provider?.DisposeAsync().AsTask().GetAwaiter().GetResult();
        CleanupAsync().GetAwaiter().GetResult();
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public Task Toolkit() => Workload.PublishAsync(Messages, _publisher!, Topic, _message);

    /// <summary>Starts the broker and the raw client, and says how the package reaches it.</summary>
    protected abstract Task<Action<MessagingBuilder>> StartAsync();

    protected abstract Task CleanupAsync();

    private async Task SetupAsync()
    {
        _provider = new ServiceCollection().AddMessaging(await StartAsync()).BuildServiceProvider();
        await _provider.GetRequiredService<IMessagingRuntime>().StartAsync();
        _publisher = _provider.GetRequiredService<IMessagePublisher>();
    }
}

[MemoryDiagnoser]
public class KafkaPublishBenchmarks : PublishBenchmarks
{
    private KafkaServer? _server;
    private IProducer<byte[]?, byte[]>? _producer;

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public Task Client() => Workload.PublishAsync(Messages, () => new ValueTask(_producer!.ProduceAsync(Topic, new Message<byte[]?, byte[]> { Value = Workload.Body })));

    protected override async Task<Action<MessagingBuilder>> StartAsync()
    {
        _server = await RequiredServer.StartAsync(new KafkaServer { HeapMegabytes = 512 });
        _producer = new ProducerBuilder<byte[]?, byte[]>(new ProducerConfig { BootstrapServers = _server.BootstrapServers, Acks = Acks.All, EnableIdempotence = true }).Build();
        return m => m.UseKafka(_server.BootstrapServers).AddTopic(Topic);
    }

    protected override async Task CleanupAsync()
    {
        _producer?.Dispose();
        await _server!.DisposeAsync();
    }
}

[MemoryDiagnoser]
public class RabbitMqPublishBenchmarks : PublishBenchmarks
{
    private RabbitMqServer? _server;
    private IConnection? _connection;
    private IChannel? _channel;

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public Task Client() => Workload.PublishAsync(Messages, () => _channel!.BasicPublishAsync(Topic, string.Empty, true, new BasicProperties { Persistent = true, MessageId = "m" }, Workload.Body));

    protected override async Task<Action<MessagingBuilder>> StartAsync()
    {
        _server = await RequiredServer.StartAsync<RabbitMqServer>();
        _connection = await new ConnectionFactory { Uri = _server.Uri }.CreateConnectionAsync();
        _channel = await _connection.CreateChannelAsync(new CreateChannelOptions(true, true, RabbitMqComparison.Unlimited()));

        // Its queue keeps the newest hundred messages: what is measured is publishing, not a queue that grows.
        await _channel.ExchangeDeclareAsync(Topic, ExchangeType.Topic, durable: true);
        await _channel.QueueDeclareAsync("bench.g", durable: true, exclusive: false, autoDelete: false, new Dictionary<string, object?> { ["x-queue-type"] = "quorum", ["x-max-length"] = 100 });
        await _channel.QueueBindAsync("bench.g", Topic, "#");
        return m => m.UseRabbitMq(_server.Uri.ToString()).AddTopic(Topic);
    }

    protected override async Task CleanupAsync()
    {
        await _channel!.DisposeAsync();
        await _connection!.DisposeAsync();
        await _server!.DisposeAsync();
    }
}
