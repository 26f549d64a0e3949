using Confluent.Kafka;
using Confluent.Kafka.Admin;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>The faults of the contract, on a broker of their own.</summary>
public sealed class KafkaFaultTests(SharedServer<KafkaServer> shared) : FaultContract, IClassFixture<SharedServer<KafkaServer>>, IAsyncLifetime
{
    private KafkaServer _server = null!;

    protected override TestServer Server => _server;

    // A group has its position in a topic: with the topic that is gone, and a new one is another topic.
    protected override bool DeclaresDeletedAgain => false;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    // The client looks for overdue messages once a second, and gives up before the publisher's own deadline.
    protected override TimeSpan EndsEarlierBy(TimeSpan deliveryTimeout) => deliveryTimeout / 4;

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, Contract.ContractSettings.Apply);

    protected override void UseProxy(MessagingBuilder messaging) => messaging.UseKafka(_server.ProxyBootstrapServers, Contract.ContractSettings.Apply);

    protected override void UsePassword(MessagingBuilder messaging, string password) => UseSasl(messaging, KafkaServer.User, password);

    protected override Task<Action<MessagingBuilder>> CreateStrangerAsync() => Task.FromResult<Action<MessagingBuilder>>(messaging => UseSasl(messaging, KafkaServer.Stranger, KafkaServer.Password));

    protected override async Task CreateRefusingTopicAsync(string topic)
    {
        // A compacted topic keeps the last message of each key: what has none is refused.
        using var admin = CreateAdmin();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = topic, NumPartitions = 1, Configs = new() { ["cleanup.policy"] = "compact" } }]);
    }

    [Fact]
    public async Task ClientsThatKnowNoBrokersAnyMore_BeginAnewWithTheConfiguredOnes()
    {
        // Without any from the start, they are what a client is that a broker told at the wrong moment that there are none.
        var app = CreateApp(messaging => messaging.UseKafka(_server.BootstrapServers, options =>
        {
            Contract.ContractSettings.Apply(options);
            options.ConfigureClient = static client => (client.BootstrapServers, client.StatisticsIntervalMs) = (null, 500);
        }));
        var topic = Name("forgotten");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);
        await app.PublishAsync(topic, "remembered");

        await got.WaitForAllAsync(["remembered"], "the message");
    }

    [Fact]
    public async Task Refused_AmongOthersOfItsBatch_OthersAreStoredOrMayBeTriedAgain()
    {
        var app = CreateApp();
        var topic = Name("compacted");
        await CreateRefusingTopicAsync(topic);
        await app.PublishAsync(topic, "warm", key: "k");

        var publishes = Enumerable.Range(0, 20).Select(i => app.PublishAsync(topic, $"m{i}", key: i == 10 ? null : $"k{i}").AsTask()).ToArray();
        await Assert.ThrowsAsync<BrokerRejectedException>(() => publishes[10]);
        foreach (var other in publishes.Where((_, i) => i != 10))
        {
            if (await Record.ExceptionAsync(() => other) is { } error)
            {
                Assert.True(Assert.IsType<MessagingException>(error, exactMatch: false).IsTransient, error.ToString());
                Assert.NotEqual(DeliveryOutcome.Unknown, ((MessagingException)error).Outcome); // it is known not to be stored
            }
        }
    }

    [Fact]
    public async Task Verify_DeclaredOtherwise_IsATopologyMismatchAndWhatFitsIsLeftAlone()
    {
        var app = CreateApp();
        var topic = Name("compacted");
        await CreateRefusingTopicAsync(topic);

        await app.Transport.EnsureTopicAsync(new TopicSpec(topic) { Mode = TopologyMode.Verify, Native = { ["cleanup.policy"] = "compact" } }, Token);
        var error = await Assert.ThrowsAsync<TopologyMismatchException>(async () => await app.Transport.EnsureTopicAsync(new TopicSpec(topic) { Mode = TopologyMode.Verify, Native = { ["cleanup.policy"] = "delete" } }, Token));

        Assert.Contains("cleanup.policy", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ErrorCode.InvalidReplicationFactor, "Unable to replicate the partition 1 time(s): All brokers are currently fenced, or otherwise unable to host the partition", true)]
    [InlineData(ErrorCode.InvalidReplicationFactor, "Unable to replicate the partition 3 time(s): only 1 broker(s) are registered", false)]
    [InlineData(ErrorCode.NotCoordinatorForGroup, "The coordinator has moved", true)]
    [InlineData(ErrorCode.Local_TimedOut, "No answer", true)]
    [InlineData(ErrorCode.UnknownMemberId, "The member has been silent", false)]
    public void IsPassing_IsWhatGoesByItself(ErrorCode code, string reason, bool passing)
    {
        var error = new Error(code, reason);

        Assert.Equal(passing, KafkaErrors.IsPassing(error));
        Assert.Equal(passing, KafkaErrors.ForRequest(error, "Creating topic orders") is BrokerUnavailableException);
    }

    protected override async Task DeleteAsync(string topic, string group)
    {
        using var admin = CreateAdmin();
        await admin.DeleteTopicsAsync([topic]);
    }

    private IAdminClient CreateAdmin() => new AdminClientBuilder(new AdminClientConfig { BootstrapServers = _server.BootstrapServers }).SetLogHandler(static (_, _) => { }).Build();

    private void UseSasl(MessagingBuilder messaging, string user, string password) => messaging.UseKafka(_server.SaslBootstrapServers, options =>
    {
        Contract.ContractSettings.Apply(options);
        options.SecurityProtocol = SecurityProtocol.SaslPlaintext;
        options.SaslMechanism = SaslMechanism.Plain;
        options.UserName = user;
        options.Password = password;
    });
}
