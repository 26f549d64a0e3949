using Toolkit.Testing.Proxies;
using Toolkit.Testing.Servers;

namespace Toolkit.Messaging.Kafka.IntegrationTests.Faults;

/// <summary>A network between application and broker that cuts, delays and swallows.</summary>
public sealed class KafkaNetworkTests(SharedServer<KafkaServer> shared) : DisturbedPublishing(shared)
{
    [Fact]
    public Task PublishAsync_ConnectionsCutAgainAndAgain_AcknowledgedIsStored() => PublishThroughAsync(async () =>
    {
        for (var i = 0; i < 10; i++)
        {
            Server.Proxy.Cut();
            await Task.Delay(TimeSpan.FromMilliseconds(100), Token);
        }
    }, throughProxy: true);

    [Fact]
    public async Task PublishAsync_RoundTripOfHalfASecond_AllAreAcknowledged()
    {
        try
        {
            await PublishThroughAsync(() =>
            {
                Server.Proxy.Delay = TimeSpan.FromMilliseconds(250);
                return Task.CompletedTask;
            }, messages: 500, throughProxy: true);
        }
        finally
        {
            Server.Proxy.Delay = TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task PublishAsync_AnswerNeverComes_FailsAtItsDeadlineAsUnknown()
    {
        var app = CreateApp(TimeSpan.FromSeconds(3), throughProxy: true);
        var topic = Name("unanswered");
        await app.DeclareAsync(topic, 1);
        await PublishUntilAcknowledgedAsync(app, topic, "before");
        Server.Proxy.Hold(TcpPeer.Client);
        try
        {
            var error = await Assert.ThrowsAnyAsync<MessagingException>(async () => await app.PublishAsync(topic, "maybe").AsTask().WaitAsync(TimeSpan.FromSeconds(20), Token));

            Assert.Equal(DeliveryOutcome.Unknown, error.Outcome);
        }
        finally
        {
            Server.Proxy.Release();
        }
    }

    [Fact]
    public Task PublishAsync_ConnectionsHalfOpen_AcknowledgedIsStored() => PublishThroughAsync(() =>
    {
        Server.Proxy.HalfOpen(TcpPeer.Server);
        return Task.CompletedTask;
    }, throughProxy: true);
}
