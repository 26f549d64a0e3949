using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.RabbitMQ.IntegrationTests;

/// <summary>The soak, on a server of its own.</summary>
public sealed class RabbitMqSoakTests(SharedServer<RabbitMqServer> server) : SoakContract, IClassFixture<SharedServer<RabbitMqServer>>, IAsyncLifetime
{
    private RabbitMqServer _server = null!;

    protected override TestServer Server => _server;

    public async ValueTask InitializeAsync() => _server = await server.GetAsync(Token);

    protected override void UseProxy(MessagingBuilder messaging) => messaging.UseRabbitMq(_server.ProxyUri.ToString(), options =>
    {
        options.RequestTimeout = TimeSpan.FromSeconds(5);
        options.Heartbeat = TimeSpan.FromSeconds(5);
        options.MaxReconnectDelay = TimeSpan.FromMilliseconds(500);
    });
}
