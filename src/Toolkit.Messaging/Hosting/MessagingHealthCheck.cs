using Microsoft.Extensions.Diagnostics.HealthChecks;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>Asks the transport about the connections that it has: opens none.</summary>
internal sealed class MessagingHealthCheck(IMessageTransport transport, IMessagingRuntime runtime) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var health = transport.Health;
        var data = new Dictionary<string, object> { ["transport"] = transport.Name, ["status"] = health.Status.ToString() };
        var faulted = runtime.Subscriptions.FirstOrDefault(s => s.State == SubscriptionState.Faulted);
        return Task.FromResult(faulted is not null
            ? new HealthCheckResult(context.Registration.FailureStatus, $"A subscription has stopped: {faulted.Error!.Message}", data: data)
            : health.Status is TransportStatus.Connected or TransportStatus.Idle
                ? HealthCheckResult.Healthy(health.Description, data)
                : new HealthCheckResult(context.Registration.FailureStatus, health.Description, data: data));
    }
}
