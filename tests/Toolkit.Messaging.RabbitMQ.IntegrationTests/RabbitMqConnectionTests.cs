using System.Diagnostics;
using System.Globalization;
using Toolkit.Testing.Messaging;
using Toolkit.Testing.Processes;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.RabbitMQ.IntegrationTests;

/// <summary>TLS, and the nodes of a cluster.</summary>
public sealed class RabbitMqConnectionTests(SharedServer<RabbitMqServer> server)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FurtherHosts_FirstNodeIsAway_AnotherOneIsUsed()
    {
        var real = await server.GetAsync(Token);
        await using var app = new MessagingApp(m => m.UseRabbitMq(new UriBuilder(real.Uri) { Port = LoopbackPort.Next() }.Uri.ToString(), o => o.FurtherHosts.Add($"127.0.0.1:{real.Port}")));
        var topic = "orders-" + Guid.NewGuid().ToString("N");
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync(topic, "g", got);

        await app.PublishAsync(topic, "m");
        await got.WaitForAsync(1);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("user:secret@host")]
    [InlineData("host:port")]
    public async Task FurtherHosts_NotAHost_IsNamed(string host)
    {
        await using var app = new MessagingApp(m => m.UseRabbitMq("amqp://localhost", o => o.FurtherHosts.Add(host)));

        var error = Assert.ThrowsAny<Exception>(() => app.Publisher);

        Assert.Contains(nameof(RabbitMqOptions.FurtherHosts), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tls_TrustedCertificateWorksAndAnotherOneFailsFastAndTyped()
    {
        using var certificate = new TestCertificate();
        var port = LoopbackPort.Next();
        await using var own = await RequiredServer.StartAsync(new RabbitMqServer
        {
            Configuration =
            [
                string.Create(CultureInfo.InvariantCulture, $"listeners.ssl.1 = 127.0.0.1:{port}"),
                $"ssl_options.cacertfile = {certificate.CertificatePath}",
                $"ssl_options.certfile = {certificate.CertificatePath}",
                $"ssl_options.keyfile = {certificate.KeyPath}",
                "ssl_options.verify = verify_none",
            ],
        });
        var uri = string.Create(CultureInfo.InvariantCulture, $"amqps://guest:guest@127.0.0.1:{port}/");
        await using var app = new MessagingApp(m => m.UseRabbitMq(uri, o => o.ConfigureConnection = f =>
            f.Ssl.CertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.Thumbprint));
        await using var distrustful = new MessagingApp(m => m.UseRabbitMq(uri));
        var got = new MessageCollector();
        await using var subscription = await app.CollectAsync("orders", "g", got);

        await app.PublishAsync("orders", "m");
        await got.WaitForAsync(1);
        var start = Stopwatch.GetTimestamp();
        var error = await Assert.ThrowsAsync<AuthenticationException>(async () => await distrustful.PublishAsync("orders", "m"));

        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(60));
        Assert.Equal(DeliveryOutcome.NotSent, error.Outcome);
        Assert.Contains("TLS", error.Message, StringComparison.Ordinal);
    }
}
