using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedServer<RabbitMqServer>))]

// Classes that disturb a server have one of their own, and most of a test is waiting: more of them than there are cores.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]

namespace Toolkit.Messaging.RabbitMQ.IntegrationTests;

public sealed class RabbitMqPublishSubscribeTests(SharedServer<RabbitMqServer> server) : PublishSubscribeContract, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString(), o => o.MaxMessageBytes = 1_000_000);
}

public sealed class RabbitMqOrderTests(SharedServer<RabbitMqServer> server) : OrderContract, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString());
}

public sealed class RabbitMqSettlementTests(SharedServer<RabbitMqServer> server) : SettlementContract, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    protected override string? StaleSettlements => "toolkit.messaging.rabbitmq.stale_settlements";

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString());
}

public sealed class RabbitMqLifecycleTests(SharedServer<RabbitMqServer> server) : LifecycleContract, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    // About 50 ms each.
    protected override int OpenCloseRounds => Environment.GetEnvironmentVariable("TOOLKIT_LONG_TESTS") == "1" ? 1_000 : 100;

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString());
}
