namespace Toolkit.Messaging;

/// <summary>What a subscription is doing.</summary>
public enum SubscriptionState
{
    /// <summary>Receiving and handling.</summary>
    Running = 0,

    /// <summary>Finishing what was received; fetching nothing more.</summary>
    Draining = 1,

    /// <summary>Stopped on request.</summary>
    Stopped = 2,

    /// <summary>Stopped by an error that doesn't pass by itself; see <see cref="ISubscription.Error"/>.</summary>
    Faulted = 3,
}
