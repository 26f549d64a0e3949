using Microsoft.Extensions.Diagnostics.HealthChecks;
using Toolkit.Messaging;
using Toolkit.Messaging.Transport;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers the health check of messaging.</summary>
public static class MessagingHealthCheckExtensions
{
    /// <summary>
    /// Reports what the connections in use can do now. The check itself opens no connection; before the first message or
    /// subscription it is healthy.
    /// </summary>
    /// <param name="builder">The application's health checks.</param>
    /// <param name="name">Name of the check.</param>
    /// <param name="failureStatus">Status to report while the broker is away; unhealthy where null.</param>
    /// <param name="tags">Tags of the check.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddMessaging(this IHealthChecksBuilder builder, string name = "messaging", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(new HealthCheckRegistration(name, static p => new MessagingHealthCheck(p.GetRequiredService<IMessageTransport>(), p.GetRequiredService<IMessagingRuntime>()), failureStatus, tags));
    }
}
