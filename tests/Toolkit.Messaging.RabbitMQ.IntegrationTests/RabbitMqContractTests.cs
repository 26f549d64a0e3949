using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

[assembly: AssemblyFixture(typeof(SharedServer<RabbitMqServer>))]

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

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString());
}

public sealed class RabbitMqLifecycleTests(SharedServer<RabbitMqServer> server) : LifecycleContract, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void Use(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.Uri.ToString());
}
