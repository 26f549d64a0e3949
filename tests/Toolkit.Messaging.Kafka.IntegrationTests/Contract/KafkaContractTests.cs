using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Contract;

public sealed class KafkaPublishSubscribeTests(SharedServer<KafkaServer> shared) : PublishSubscribeContract, IAsyncLifetime
{
    private KafkaServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, ContractSettings.Apply);
}

public sealed class KafkaOrderTests(SharedServer<KafkaServer> shared) : OrderContract, IAsyncLifetime
{
    private KafkaServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, ContractSettings.Apply);
}

public sealed class KafkaSettlementTests(SharedServer<KafkaServer> shared) : SettlementContract, IAsyncLifetime
{
    private KafkaServer _server = null!;

    protected override string? StaleSettlements => "toolkit.messaging.kafka.stale_settlements";

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, ContractSettings.Apply);
}

public sealed class KafkaLifecycleTests(SharedServer<KafkaServer> shared) : LifecycleContract, IAsyncLifetime
{
    private KafkaServer _server = null!;

    // Each round joins a group and leaves it.
    protected override int OpenCloseRounds => Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 1_000 : 10;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseKafka(_server.BootstrapServers, ContractSettings.Apply);
}

internal static class ContractSettings
{
    // Short times, so that a test that waits for one of them does not wait long.
    public static void Apply(KafkaOptions options)
    {
        options.CommitInterval = TimeSpan.FromMilliseconds(100);
        options.SessionTimeout = TimeSpan.FromSeconds(6);
        options.RequestTimeout = TimeSpan.FromSeconds(3);
        options.MissingTopicTimeout = TimeSpan.FromSeconds(1);
        options.MaxMessageBytes = 200_000;
        options.Linger = TimeSpan.FromMilliseconds(1);

        // Members learn of a rebalance with their next heartbeat.
        options.ConfigureConsumer = static consumer => consumer.HeartbeatIntervalMs = 300;
    }
}
