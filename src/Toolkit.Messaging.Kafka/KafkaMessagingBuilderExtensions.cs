using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Messaging.Kafka;

namespace Toolkit.Messaging;

/// <summary>Selects Kafka.</summary>
public static class KafkaMessagingBuilderExtensions
{
    /// <summary>Name of the transport in configuration, logs and metrics.</summary>
    public const string KafkaName = "kafka";

    /// <summary>Publishes and subscribes over Kafka.</summary>
    /// <param name="messaging">The builder that <c>AddMessaging</c> hands out.</param>
    /// <param name="bootstrapServers">Brokers to begin with, as <c>host:port,host:port</c>.</param>
    /// <param name="configure">Further settings.</param>
    /// <returns><paramref name="messaging"/>.</returns>
    public static MessagingBuilder UseKafka(this MessagingBuilder messaging, string bootstrapServers, Action<KafkaOptions>? configure = null) =>
        messaging.UseKafka(options =>
        {
            options.BootstrapServers = bootstrapServers;
            configure?.Invoke(options);
        });

    /// <summary>Publishes and subscribes over Kafka.</summary>
    /// <param name="messaging">The builder that <c>AddMessaging</c> hands out.</param>
    /// <param name="configure">Settings.</param>
    /// <returns><paramref name="messaging"/>.</returns>
    public static MessagingBuilder UseKafka(this MessagingBuilder messaging, Action<KafkaOptions> configure) =>
        messaging.AddKafka(configure).UseTransport(KafkaName);

    /// <summary>
    /// Offers Kafka without selecting it: <see cref="MessagingBuilder.UseTransport"/> or the setting <c>Provider</c> does. The
    /// section <c>Kafka</c> of the messaging configuration is read last: <c>BootstrapServers</c>, <c>ClientId</c>,
    /// <c>SecurityProtocol</c>, <c>SaslMechanism</c>, <c>UserName</c>, <c>Password</c>, <c>CertificateAuthorities</c>,
    /// <c>Compression</c>, <c>MaxMessageBytes</c>, <c>Linger</c>, <c>CommitInterval</c>, <c>SessionTimeout</c>,
    /// <c>RequestTimeout</c>, <c>MissingTopicTimeout</c>, <c>AdminTimeout</c>, <c>JoinTimeout</c> (times as <c>00:00:05</c>).
    /// </summary>
    /// <param name="messaging">The builder that <c>AddMessaging</c> hands out.</param>
    /// <param name="configure">Settings. They are checked when the transport is made: a wrong one is named by an
    /// <see cref="Microsoft.Extensions.Options.OptionsValidationException"/>.</param>
    /// <returns><paramref name="messaging"/>.</returns>
    public static MessagingBuilder AddKafka(this MessagingBuilder messaging, Action<KafkaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(messaging);
        return messaging.AddTransport(KafkaName, provider =>
        {
            var options = new KafkaOptions();
            configure?.Invoke(options);
            if (messaging.Configuration is { } configuration)
            {
                options.Read(new SettingReader(configuration.GetSection("Kafka")));
            }

            options.Validate();
            var clients = new KafkaClients(options, provider.GetRequiredService<MessagingOptions>().Publisher.DeliveryTimeout, provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
            clients.ForProducer(); // what ConfigureProducer must not change is refused now, not with the first message
            return new KafkaTransport(clients, provider.GetRequiredService<TimeProvider>());
        });
    }
}
