using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Spool;

/// <summary>A publish that waits for the file.</summary>
/// <param name="Request">What is written: the publish itself, or what had gone to the broker in its place.</param>
/// <param name="Outer">The publish whose caller waits.</param>
/// <param name="Since">When it came.</param>
internal readonly record struct IntakeItem(PublishRequest Request, PublishRequest Outer, long Since)
{
    /// <summary>What is true when the file can't take it.</summary>
    public DeliveryOutcome OutcomeUnspooled => Request is DirectRequest { WasSent: true } ? DeliveryOutcome.Unknown : DeliveryOutcome.NotSent;
}
