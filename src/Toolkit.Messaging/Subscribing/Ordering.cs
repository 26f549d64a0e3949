namespace Toolkit.Messaging;

/// <summary>The order in which a subscription handles messages.</summary>
public enum Ordering
{
    /// <summary>None: as many at a time as <see cref="SubscriptionOptions.MaxConcurrency"/> allows.</summary>
    None = 0,

    /// <summary>
    /// Messages of one key one after the other, in the order published, also through retries; different keys side by side.
    /// Messages without a key have no order.
    /// </summary>
    PerKey = 1,

    /// <summary>One after the other: within a partition where the broker has partitions, otherwise all of them.</summary>
    Strict = 2,
}
