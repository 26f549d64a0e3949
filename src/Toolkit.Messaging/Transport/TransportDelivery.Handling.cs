namespace Toolkit.Messaging.Transport;

/// <content>What the core notes on a delivery while it handles it. Touched by one handler slot, or under the executor's lock.</content>
public abstract partial class TransportDelivery
{
    internal MessageContent Content { get; }

    internal int FailedRuns { get; set; }

    /// <summary>Whether a handler has begun on it.</summary>
    internal bool Started { get; set; }

    internal int CurrentAttempt => Attempt + FailedRuns;

    internal DeliveryLane? Lane { get; set; }

    internal Failure? Doom { get; set; }
}
