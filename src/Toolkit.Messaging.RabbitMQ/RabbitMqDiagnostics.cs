using System.Diagnostics.Metrics;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>What only this provider can count, under the name of the package's meter.</summary>
internal static class RabbitMqDiagnostics
{
    private static readonly Meter s_meter = new(MessagingDiagnostics.Name);

    public static readonly Counter<long> StaleSettlements = s_meter.CreateCounter<long>("toolkit.messaging.rabbitmq.stale_settlements", "{message}", "Settlements of deliveries whose channel was gone. They are dropped; the broker delivers the message again.");
}
