using System.Diagnostics;
using Toolkit.Messaging.Transport;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>A broker that is killed, restarted or paused while messages are published and handled.</summary>
public sealed class KafkaOutageTests(SharedServer<KafkaServer> shared) : DisturbedPublishing(shared), IClassFixture<SharedServer<KafkaServer>>
{
    [Fact]
    public Task PublishAsync_BrokerKilledThenRestarted_AcknowledgedIsStored() => PublishThroughAsync(async () =>
    {
        await Server.KillAsync(Token);
        await Server.StartAsync(Token);
        await Server.RestartAsync(Token);
    }, messages: 10_000);

    [Fact]
    public Task PublishAsync_BrokerPaused_AcknowledgedIsStored() => PublishThroughAsync(async () =>
    {
        await Server.PauseAsync(Token);
        await Task.Delay(TimeSpan.FromSeconds(3), Token);
        await Server.ResumeAsync(Token);
    });

    [Fact]
    public async Task PublishAsync_BrokerStaysAway_FailsInTimeAndHonestlyAndHealthFlips()
    {
        var app = CreateApp(TimeSpan.FromSeconds(3));
        var topic = Name("away");
        await app.DeclareAsync(topic, 1);
        await PublishUntilAcknowledgedAsync(app, topic, "before");
        Assert.Equal(TransportStatus.Connected, app.Transport.Health.Status);
        await Server.KillAsync(Token);
        try
        {
            await UntilAsync(() => app.Transport.Health.Status == TransportStatus.Reconnecting);
            var start = Stopwatch.GetTimestamp();
            var error = await Assert.ThrowsAnyAsync<MessagingException>(async () => await app.PublishAsync(topic, "lost"));

            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(18));
            Assert.Equal(DeliveryOutcome.NotSent, error.Outcome);
            Assert.True(error.IsTransient);
        }
        finally
        {
            await Server.StartAsync(Token);
        }

        await UntilAsync(() => app.Transport.Health.Status == TransportStatus.Connected);
        await PublishUntilAcknowledgedAsync(app, topic, "after");
    }
}
