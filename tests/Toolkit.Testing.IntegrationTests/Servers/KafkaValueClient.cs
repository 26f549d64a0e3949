using Confluent.Kafka;
using Confluent.Kafka.Admin;

namespace Toolkit.Testing.IntegrationTests.Servers;

/// <summary>Values are messages of one topic with one partition, produced with acks=all.</summary>
internal sealed class KafkaValueClient : IServerClient
{
    private const string Topic = "values";
    private readonly string _bootstrapServers;
    private readonly IProducer<Null, string> _producer;

    private KafkaValueClient(string bootstrapServers)
    {
        _bootstrapServers = bootstrapServers;
        _producer = new ProducerBuilder<Null, string>(new ProducerConfig
        {
            BootstrapServers = bootstrapServers,
            Acks = Acks.All,
            EnableIdempotence = true,
            LingerMs = 0,
            ReconnectBackoffMaxMs = 200,
        }).SetLogHandler(static (_, _) => { }).Build();
    }

    public static async Task<KafkaValueClient> ConnectAsync(string bootstrapServers)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = bootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        try
        {
            await admin.CreateTopicsAsync([new TopicSpecification { Name = Topic, NumPartitions = 1 }]);
        }
        catch (CreateTopicsException error) when (error.Results[0].Error.Code == ErrorCode.TopicAlreadyExists)
        {
            // By an earlier client.
        }

        return new KafkaValueClient(bootstrapServers);
    }

    public async Task WriteAsync(string value, CancellationToken cancellationToken)
    {
        var result = await _producer.ProduceAsync(Topic, new Message<Null, string> { Value = value }, cancellationToken);
        Assert.Equal(PersistenceStatus.Persisted, result.Status);
    }

    public Task<bool> ContainsAsync(string value, CancellationToken cancellationToken) => Task.Run(() => Read(value, cancellationToken), cancellationToken);

    public int LeaderId()
    {
        using var admin = new DependentAdminClientBuilder(_producer.Handle).Build();
        return admin.GetMetadata(Topic, TimeSpan.FromSeconds(30)).Topics[0].Partitions[0].Leader;
    }

    public ValueTask DisposeAsync()
    {
        _producer.Dispose();
        return ValueTask.CompletedTask;
    }

    private bool Read(string value, CancellationToken cancellationToken)
    {
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = _bootstrapServers,
            GroupId = "reader",
            EnableAutoCommit = false,
            EnablePartitionEof = true,
            FetchWaitMaxMs = 10,
        }).SetLogHandler(static (_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(Topic, 0, Offset.Beginning));
        while (consumer.Consume(cancellationToken) is { IsPartitionEOF: false } result)
        {
            if (result.Message.Value == value)
            {
                return true;
            }
        }

        return false;
    }
}
