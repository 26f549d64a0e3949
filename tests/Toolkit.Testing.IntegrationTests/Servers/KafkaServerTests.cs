using Confluent.Kafka;
using Toolkit.Testing.Servers;

namespace Toolkit.Testing.IntegrationTests.Servers;

public sealed class KafkaServerTests(SharedServer<KafkaServer> shared) : ServerContract<KafkaServer>(shared)
{
    [Theory]
    [InlineData(KafkaServer.User, KafkaServer.Password, null)]
    [InlineData(KafkaServer.User, "wrong", ErrorCode.Local_AllBrokersDown)]
    public async Task SaslListener_PasswordGiven_LetsOnlyTheRightOneIn(string user, string password, ErrorCode? expected)
    {
        var server = await GetServerAsync();
        using var admin = new AdminClientBuilder(new AdminClientConfig
        {
            BootstrapServers = server.SaslBootstrapServers,
            SecurityProtocol = SecurityProtocol.SaslPlaintext,
            SaslMechanism = SaslMechanism.Plain,
            SaslUsername = user,
            SaslPassword = password,
        }).SetLogHandler(static (_, _) => { }).Build();

        var error = Record.Exception(() => admin.GetMetadata(TimeSpan.FromSeconds(expected is null ? 30 : 2)));

        Assert.Equal(expected is null, error is null);
    }

    private protected override async Task<IServerClient> ConnectAsync(KafkaServer server, bool throughProxy, CancellationToken cancellationToken) =>
        await KafkaValueClient.ConnectAsync(throughProxy ? server.ProxyBootstrapServers : server.BootstrapServers);
}
