using System.Text;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Contract;

/// <summary>What others leave in a topic: it must not keep a subscription from going on, nor its lag from ending.</summary>
public sealed class KafkaForeignMessageTests(SharedServer<KafkaServer> shared) : MessagingContract, IAsyncLifetime
{
    private KafkaServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    [Theory]
    [InlineData(1_764_288_000_000_000_000)] // nanoseconds
    [InlineData(long.MaxValue)]
    public async Task Delivery_TimestampThatIsNone_IsHandledLikeAnyOther(long timestamp)
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.Transport.EnsureTopicAsync(new TopicSpec(topic) { Partitions = 1, Native = { ["message.timestamp.after.max.ms"] = "9223372036854775807" } }, Token);
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.Ordering = Ordering.Strict);

        await ProduceAsync(topic, "foreign", new Timestamp(timestamp, TimestampType.CreateTime));
        await app.PublishAsync(topic, "own");
        await got.WaitForAsync(2);
        await subscription.CatchUpAsync(Token);

        Assert.Equal(["foreign", "own"], got.Texts);
        Assert.Equal(SubscriptionState.Running, subscription.State);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("1;2;3;x")]
    [InlineData("99999999999999999999;1;1;1")]
    public async Task Delivery_OfTheRetryTopicWithAHeaderOfAnother_IsHandledLikeAnyOther(string header)
    {
        var app = CreateApp();
        var topic = Name("orders");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got, o => o.Ordering = Ordering.None);

        await ProduceAsync($"{topic}.g.retry", "foreign", Timestamp.Default, new Headers { { "toolkit-retry", Encoding.UTF8.GetBytes(header) } });
        await app.PublishAsync(topic, "own");
        await got.WaitForDistinctAsync(2);
        await subscription.CatchUpAsync(Token);

        Assert.Equal(SubscriptionState.Running, subscription.State);
    }

    [Fact]
    public async Task Transactions_OfAForeignProducer_OnlyCommittedMessagesComeAndTheLagEnds()
    {
        var app = CreateApp();
        var topic = Name("orders");
        await app.DeclareAsync(topic, 1);
        var got = new MessageCollector();
        var subscription = await app.CollectAsync(topic, "g", got);
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = _server.BootstrapServers, TransactionalId = topic }).SetLogHandler(static (_, _) => { }).Build();
        await Task.Run(() => producer.InitTransactions(MessageCollector.Patience), Token);
        foreach (var isCommitted in new[] { true, false, true, false })
        {
            producer.BeginTransaction();
            await producer.ProduceAsync(topic, new Message<Null, string> { Value = isCommitted ? "committed" : "aborted" }, Token);
            await Task.Run(isCommitted ? producer.CommitTransaction : producer.AbortTransaction, Token);
        }

        await got.WaitForAsync(2);
        await subscription.CatchUpAsync(Token).AsTask().WaitAsync(MessageCollector.Patience, Token);
        await subscription.DisposeAsync();

        // Behind the last mark too: a member that joins has nothing to do, and whoever watches the group from outside sees that.
        Assert.Equal(["committed", "committed"], got.Texts);
        Assert.Equal(8, CommittedOf(topic));
    }

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, ContractSettings.Apply);

    private async Task ProduceAsync(string topic, string text, Timestamp timestamp, Headers? headers = null)
    {
        using var producer = new ProducerBuilder<Null, string>(new ProducerConfig { BootstrapServers = _server.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        await producer.ProduceAsync(topic, new Message<Null, string> { Value = text, Timestamp = timestamp, Headers = headers }, Token);
    }

    private long CommittedOf(string topic)
    {
        using var admin = new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _server.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();
        var results = admin.ListConsumerGroupOffsetsAsync([new ConsumerGroupTopicPartitions("g", [new TopicPartition(topic, 0)])], new ListConsumerGroupOffsetsOptions { RequestTimeout = TimeSpan.FromSeconds(10) }).GetAwaiter().GetResult();
        return results[0].Partitions[0].Offset.Value;
    }
}
