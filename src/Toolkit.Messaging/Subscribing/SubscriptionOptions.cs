namespace Toolkit.Messaging;

/// <summary>What to receive, and how.</summary>
public sealed class SubscriptionOptions
{
    internal const int DefaultMaxConcurrency = 8;
    internal const int DefaultMaxInFlight = 256;
    internal const int DefaultMaxUncommittedGap = 10_000;
    internal static readonly TimeSpan DefaultMaxHandlerDuration = TimeSpan.FromMinutes(4);
    internal static readonly TimeSpan DefaultDrainTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Options for <paramref name="topic"/> and <paramref name="group"/>.</summary>
    /// <param name="topic">Topic (Kafka), exchange (RabbitMQ).</param>
    /// <param name="group">Group: each group gets every message, its members share them.</param>
    public SubscriptionOptions(string topic, string group)
    {
        ArgumentException.ThrowIfNullOrEmpty(topic);
        ArgumentException.ThrowIfNullOrEmpty(group);
        Topic = topic;
        Group = group;
    }

    /// <summary>Topic (Kafka), exchange (RabbitMQ).</summary>
    public string Topic { get; }

    /// <summary>Group: each group gets every message, its members share them.</summary>
    public string Group { get; }

    /// <summary>The order of handling.</summary>
    /// <value><see cref="Ordering.PerKey"/>.</value>
    public Ordering Ordering { get; set; } = Ordering.PerKey;

    /// <summary>Most handler calls at a time.</summary>
    /// <value>8.</value>
    public int MaxConcurrency { get; set; } = DefaultMaxConcurrency;

    /// <summary>Most messages that are received and not yet settled; what bounds the memory of a slow consumer.</summary>
    /// <value>256.</value>
    public int MaxInFlight { get; set; } = DefaultMaxInFlight;

    /// <summary>
    /// Most messages of a partition between the oldest unsettled one and the newest delivered one, where the broker keeps a
    /// position (Kafka): what is handled again, at most, after a crash.
    /// </summary>
    /// <value>10,000.</value>
    public int MaxUncommittedGap { get; set; } = DefaultMaxUncommittedGap;

    /// <summary>A handler call that takes longer is cancelled and counts as a failed attempt. Below the broker's own limit.</summary>
    /// <value>4 minutes.</value>
    public TimeSpan MaxHandlerDuration { get; set; } = DefaultMaxHandlerDuration;

    /// <summary>Longest wait for running handlers when the subscription is disposed or loses a partition.</summary>
    /// <value>20 seconds.</value>
    public TimeSpan DrainTimeout { get; set; } = DefaultDrainTimeout;

    /// <summary>Where a group without a position starts.</summary>
    /// <value><see cref="StartPosition.Default"/>.</value>
    public StartPosition Start { get; set; }

    /// <summary>What happens to a message whose handling fails.</summary>
    public RetryOptions Retry { get; set; } = new();

    /// <summary>Where messages go that failed for good.</summary>
    public DeadLetterOptions DeadLetter { get; set; } = new();

    internal string DeadLetterTopic => DeadLetter.Topic ?? $"{Topic}.{Group}.dead-letter";

    internal void Validate()
    {
        OptionsCheck.Require(Enum.IsDefined(Ordering), "SubscriptionOptions.Ordering", Ordering, "None, PerKey or Strict");
        OptionsCheck.Require(Enum.IsDefined(Start), "SubscriptionOptions.Start", Start, "Default, Earliest or Latest");
        OptionsCheck.Require(MaxConcurrency is >= 1 and <= 10_000, "SubscriptionOptions.MaxConcurrency", MaxConcurrency, "1 to 10,000");
        OptionsCheck.Require(MaxInFlight >= MaxConcurrency && MaxInFlight <= 65_535, "SubscriptionOptions.MaxInFlight", MaxInFlight, "MaxConcurrency to 65,535");
        OptionsCheck.Require(MaxUncommittedGap >= 1, "SubscriptionOptions.MaxUncommittedGap", MaxUncommittedGap, "at least 1");
        OptionsCheck.Require(MaxHandlerDuration > TimeSpan.Zero && MaxHandlerDuration <= TimeSpan.FromDays(1), "SubscriptionOptions.MaxHandlerDuration", MaxHandlerDuration, "more than zero and at most a day");
        OptionsCheck.Require(DrainTimeout >= TimeSpan.Zero && DrainTimeout <= TimeSpan.FromDays(1), "SubscriptionOptions.DrainTimeout", DrainTimeout, "zero to a day");
        Retry.Validate();
        DeadLetter.Validate(Topic);
    }
}
