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
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is out of range; the text names it.</exception>
    public static MessagingBuilder UseKafka(this MessagingBuilder messaging, Action<KafkaOptions> configure) =>
        messaging.AddKafka(configure).UseTransport(KafkaName);

    /// <summary>Offers Kafka without selecting it: a setting does (<see cref="MessagingBuilder.UseTransport"/>).</summary>
    /// <param name="messaging">The builder that <c>AddMessaging</c> hands out.</param>
    /// <param name="configure">Settings.</param>
    /// <returns><paramref name="messaging"/>.</returns>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is out of range; the text names it.</exception>
    public static MessagingBuilder AddKafka(this MessagingBuilder messaging, Action<KafkaOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(messaging);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new KafkaOptions();
        configure(options);
        options.Validate();
        return messaging.AddTransport(KafkaName, provider => new KafkaTransport(
            new KafkaClients(
                options,
                provider.GetRequiredService<MessagingOptions>().Publisher.DeliveryTimeout,
                provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance),
            provider.GetRequiredService<TimeProvider>()));
    }
}
