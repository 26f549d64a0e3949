using System.Diagnostics.Metrics;

namespace Toolkit.Messaging.Kafka;

/// <summary>What only this provider can count, under the name of the package's meter.</summary>
internal static class KafkaDiagnostics
{
    private static readonly Meter s_meter = new(MessagingDiagnostics.Name);

    public static readonly Counter<long> StaleSettlements = s_meter.CreateCounter<long>("toolkit.messaging.kafka.stale_settlements", "{message}", "Settlements of deliveries whose assignment had ended. They move nothing; the group's next owner gets the message again.");
}
