using System.Diagnostics;
using Confluent.Kafka;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>TLS with a certificate of the test's own.</summary>
public sealed class KafkaTlsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task SaslSsl_TrustedCertificateWorksAndAnotherOneFailsFastAndTyped()
    {
        using var certificate = new TestCertificate();
        using var stranger = new TestCertificate();
        await using var server = await RequiredServer.StartAsync(new KafkaServer
        {
            Properties =
            [
                "listener.security.protocol.map=PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,SASL:SASL_SSL,CONTROLLER:PLAINTEXT",
                "ssl.keystore.type=PEM",
                $"ssl.keystore.location={certificate.BothPath}",
            ],
        });
        MessagingApp Create(TestCertificate trusted) => new(m => m.UseTopology(TopologyMode.Declare).UseKafka(server.SaslBootstrapServers, options =>
        {
            Contract.ContractSettings.Apply(options);
            options.SecurityProtocol = SecurityProtocol.SaslSsl;
            options.SaslMechanism = SaslMechanism.Plain;
            options.UserName = KafkaServer.User;
            options.Password = KafkaServer.Password;
            options.CertificateAuthorities = trusted.CertificatePath;
        }));
        await using var app = Create(certificate);
        await using var distrustful = Create(stranger);
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "g", got);

        await app.PublishAsync("orders", "m");
        await got.WaitForAsync(1);
        var start = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<AuthenticationException>(async () => await distrustful.PublishAsync("orders", "m"));
        await Assert.ThrowsAsync<AuthenticationException>(async () => await distrustful.CollectAsync("orders", "g2", new MessageCollector()));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Equal(DeliveryOutcome.NotSent, error.Outcome);
        Assert.Contains(nameof(KafkaOptions.CertificateAuthorities), error.Message, StringComparison.Ordinal);
    }
}
