using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>The soak, on a broker of its own.</summary>
public sealed class KafkaSoakTests(SharedServer<KafkaServer> shared) : SoakContract, IClassFixture<SharedServer<KafkaServer>>, IAsyncLifetime
{
    private KafkaServer _server = null!;

    protected override TestServer Server => _server;

    public async ValueTask InitializeAsync() => _server = await shared.GetAsync(Token);

    protected override void UseProxy(MessagingBuilder messaging) => messaging.UseKafka(_server.ProxyBootstrapServers, Contract.ContractSettings.Apply);
}
