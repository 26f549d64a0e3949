namespace Toolkit.Messaging;

/// <summary>What a handler decides about a message.</summary>
public enum SettlementKind
{
    /// <summary>Done: not delivered to this group again.</summary>
    Complete = 0,

    /// <summary>Failed; try again according to <see cref="SubscriptionOptions.Retry"/>.</summary>
    Retry = 1,

    /// <summary>Failed for good.</summary>
    DeadLetter = 2,
}
