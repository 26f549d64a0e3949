using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Messaging.RabbitMQ;

namespace Toolkit.Messaging;

/// <summary>Registers RabbitMQ.</summary>
public static class RabbitMqMessagingBuilderExtensions
{
    /// <summary>Name of the transport in configuration.</summary>
    public const string TransportName = "rabbitmq";

    /// <summary>Publishes and subscribes over RabbitMQ at <paramref name="uri"/>.</summary>
    /// <param name="builder">The messaging set-up.</param>
    /// <param name="uri">Address, as <c>amqp://host:5672/vhost</c>.</param>
    /// <param name="configure">Further options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static MessagingBuilder UseRabbitMq(this MessagingBuilder builder, string uri, Action<RabbitMqOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder
            .AddRabbitMq(options =>
            {
                options.Uri = new Uri(uri);
                configure?.Invoke(options);
            })
            .UseTransport(TransportName);
    }

    /// <summary>Publishes and subscribes over RabbitMQ, with options set in code.</summary>
    /// <param name="builder">The messaging set-up.</param>
    /// <param name="configure">The options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static MessagingBuilder UseRabbitMq(this MessagingBuilder builder, Action<RabbitMqOptions> configure) =>
        builder.AddRabbitMq(configure).UseTransport(TransportName);

    /// <summary>Offers RabbitMQ under the name <c>rabbitmq</c>, to be selected by <see cref="MessagingBuilder.UseTransport"/> or configuration.</summary>
    /// <param name="builder">The messaging set-up.</param>
    /// <param name="configure">The options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static MessagingBuilder AddRabbitMq(this MessagingBuilder builder, Action<RabbitMqOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddTransport(TransportName, provider =>
        {
            var options = new RabbitMqOptions();
            configure?.Invoke(options);
            if (builder.Configuration is { } configuration)
            {
                options.Read(new SettingReader(configuration.GetSection("RabbitMq")));
            }

            options.Validate();
            return new RabbitMqTransport(options, provider.GetRequiredService<TimeProvider>(), provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance);
        });
    }
}
