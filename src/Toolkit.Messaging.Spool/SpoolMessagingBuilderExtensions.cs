using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Toolkit.Messaging.Spool;

namespace Toolkit.Messaging;

/// <summary>Registers the spool.</summary>
public static class SpoolMessagingBuilderExtensions
{
    /// <summary>
    /// Keeps messages in a local file while the broker is away, and forwards them when it is back, in order for each key.
    /// Works over any provider. A publish that was spooled succeeds with <see cref="Durability.Spooled"/>.
    /// </summary>
    /// <param name="builder">The messaging set-up.</param>
    /// <param name="path">Path of the database file; its folder must exist.</param>
    /// <param name="configure">Further options.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static MessagingBuilder UseSpool(this MessagingBuilder builder, string path, Action<SpoolOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new SpoolOptions { Path = path };
        configure?.Invoke(options);
        options.Validate();
        return builder.DecorateTransport((provider, inner) =>
        {
            options.DeliveryTimeout = provider.GetRequiredService<MessagingOptions>().Publisher.DeliveryTimeout;
            return new SpoolTransport(inner, options, provider.GetRequiredService<TimeProvider>(), (provider.GetService<ILoggerFactory>() ?? NullLoggerFactory.Instance).CreateLogger("Toolkit.Messaging.Spool"));
        });
    }
}
