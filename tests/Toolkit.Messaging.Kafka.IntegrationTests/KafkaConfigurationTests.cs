using Confluent.Kafka;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka.IntegrationTests;

/// <summary>What the section <c>Kafka</c> sets. Needs no broker: the clients are only made.</summary>
public sealed class KafkaConfigurationTests
{
    [Fact]
    public async Task Section_AllSettings_ReachTheClientsAndWinOverCode()
    {
        ProducerConfig? producer = null;
        ConsumerConfig? consumer = null;
        await using var provider = Build(
            new()
            {
                ["BootstrapServers"] = "127.0.0.1:1",
                ["ClientId"] = "orders",
                ["Compression"] = "lz4",
                ["MaxMessageBytes"] = "500000",
                ["Linger"] = "00:00:00.020",
                ["CommitInterval"] = "00:00:02",
                ["SessionTimeout"] = "00:00:30",
                ["RequestTimeout"] = "00:00:04",
                ["MissingTopicTimeout"] = "00:00:03",
                ["JoinTimeout"] = "00:00:00.5",
            },
            o =>
            {
                o.Linger = TimeSpan.FromMilliseconds(1);
                o.ConfigureProducer = c => producer = c;
                o.ConfigureConsumer = c => consumer = c;
            });
        await Assert.ThrowsAnyAsync<MessagingException>(async () => await provider.GetRequiredService<IMessagePublisher>().PublishAsync("t", new OutboundMessage("m"u8.ToArray()), TestContext.Current.CancellationToken));
        await Assert.ThrowsAnyAsync<MessagingException>(async () => await provider.GetRequiredService<ISubscriber>().SubscribeAsync<ReadOnlyMemory<byte>>(
            new SubscriptionOptions("t", "g") { Start = StartPosition.Latest }, (_, _) => new(Settlement.Complete), TestContext.Current.CancellationToken));

        Assert.Equal(("127.0.0.1:1", "orders", CompressionType.Lz4, 20.0, 4_000), (producer!.BootstrapServers, producer.ClientId, producer.CompressionType, producer.LingerMs, producer.SocketTimeoutMs));
        Assert.Equal("3000", producer.Get("topic.metadata.propagation.max.ms"));
        Assert.Equal("3000", consumer!.Get("topic.metadata.propagation.max.ms"));
        Assert.InRange(producer.MessageMaxBytes!.Value, 500_000, 600_000);
        Assert.Equal((2_000, 30_000), (consumer.AutoCommitIntervalMs, consumer.SessionTimeoutMs));
    }

    [Theory]
    [InlineData("Linger", "soon")]
    [InlineData("MaxMessageBytes", "many")]
    [InlineData("Compression", "tight")]
    public void Section_WrongValue_NamesItsKey(string key, string value)
    {
        var error = Assert.ThrowsAny<Exception>(() => Build(new() { [key] = value }).GetRequiredService<IMessagePublisher>());

        Assert.Contains($"Kafka:{key}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Section_ValueOutOfRange_NamesItsOption()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Build(new() { ["RequestTimeout"] = "00:00:00.1" }).GetRequiredService<IMessagePublisher>());

        Assert.Contains("KafkaOptions.RequestTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ConfigureProducer_WhatPromisesStandOn_IsRefusedAtStartUp()
    {
        var error = Assert.Throws<OptionsValidationException>(() => Build([], o => o.ConfigureProducer = c => c.Acks = Acks.Leader).GetRequiredService<IMessagePublisher>());

        Assert.Contains("ConfigureProducer must not change acks", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConfigureProducer_SettingThatTheClientDoesNotKnow_FailsThePublishAtOnceAndHoldsNothingUp()
    {
        await using var provider = Build([], o => o.ConfigureProducer = c => c.Set("no.such.setting", "1"));
        var publisher = provider.GetRequiredService<IMessagePublisher>();

        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(async () => await publisher.PublishAsync("t", new OutboundMessage("m"u8.ToArray()), TestContext.Current.CancellationToken));
        var flushed = publisher.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Contains("no.such.setting", error.Message, StringComparison.Ordinal);
        Assert.Equal(DeliveryOutcome.NotSent, error.Outcome);
        Assert.True(flushed.IsCompletedSuccessfully);
        await flushed;
    }

    private static ServiceProvider Build(Dictionary<string, string?> settings, Action<KafkaOptions>? configure = null)
    {
        var section = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create("Messaging:Kafka:" + s.Key, s.Value)).Append(KeyValuePair.Create("Messaging:Provider", (string?)"kafka")))
            .Build().GetSection("Messaging");
        return new ServiceCollection()
            .AddMessaging(section, m => m.UseTopology(TopologyMode.None).AddKafka(configure).ConfigurePublisher(p => p.DeliveryTimeout = TimeSpan.FromSeconds(2)))
            .BuildServiceProvider();
    }
}
