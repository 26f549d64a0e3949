namespace Toolkit.Messaging;

/// <summary>
/// What happens to a message whose handler throws, runs too long, or answers <see cref="Settlement.Retry"/>: some attempts in
/// its lane, the rest through the broker, then dead-letter.
/// </summary>
public sealed class RetryOptions
{
    internal const int DefaultMaxAttempts = 5;
    internal const int DefaultLaneAttempts = 3;
    internal const int DefaultMaxDeliveries = 16;
    internal const double DefaultFactor = 2;
    internal static readonly TimeSpan DefaultDelay = TimeSpan.FromMilliseconds(200);
    internal static readonly TimeSpan DefaultMaxDelay = TimeSpan.FromMinutes(1);

    /// <summary>Attempts in all, the first included, also across redeliveries where the broker counts them.</summary>
    /// <value>5.</value>
    public int MaxAttempts { get; set; } = DefaultMaxAttempts;

    /// <summary>
    /// Deliveries of one message, counted by the broker where it counts them, after which it is given up without calling the
    /// handler: a message that takes its process down each time must end somewhere. Larger than <see cref="MaxAttempts"/>,
    /// because a broker also counts deliveries that were given back unhandled, at each stop of the application.
    /// </summary>
    /// <value>16.</value>
    public int MaxDeliveries { get; set; } = DefaultMaxDeliveries;

    /// <summary>
    /// Attempts, the first included, that are made in the message's lane, which waits meanwhile. With
    /// <see cref="Ordering.PerKey"/> and <see cref="Ordering.Strict"/> all attempts are made there, so that order holds.
    /// </summary>
    /// <value>3.</value>
    public int LaneAttempts { get; set; } = DefaultLaneAttempts;

    /// <summary>Wait before the second attempt.</summary>
    /// <value>200 milliseconds.</value>
    public TimeSpan Delay { get; set; } = DefaultDelay;

    /// <summary>What the wait is multiplied with for each further attempt.</summary>
    /// <value>2.</value>
    public double Factor { get; set; } = DefaultFactor;

    /// <summary>Longest wait.</summary>
    /// <value>1 minute.</value>
    public TimeSpan MaxDelay { get; set; } = DefaultMaxDelay;

    internal TimeSpan DelayBefore(int attempt)
    {
        var ticks = Delay.Ticks * Math.Pow(Factor, Math.Max(0, attempt - 2));
        return ticks >= MaxDelay.Ticks ? MaxDelay : TimeSpan.FromTicks((long)ticks);
    }

    internal void Validate()
    {
        OptionsCheck.Require(MaxAttempts >= 1, "RetryOptions.MaxAttempts", MaxAttempts, "at least 1");
        OptionsCheck.Require(MaxDeliveries >= MaxAttempts, "RetryOptions.MaxDeliveries", MaxDeliveries, "at least MaxAttempts");
        OptionsCheck.Require(LaneAttempts >= 1, "RetryOptions.LaneAttempts", LaneAttempts, "at least 1");
        OptionsCheck.Require(Delay >= TimeSpan.Zero, "RetryOptions.Delay", Delay, "zero or more");
        OptionsCheck.Require(Factor is >= 1 and <= 100, "RetryOptions.Factor", Factor, "1 to 100");
        OptionsCheck.Require(MaxDelay >= Delay && MaxDelay <= TimeSpan.FromDays(1), "RetryOptions.MaxDelay", MaxDelay, "at least Delay and at most a day");
    }
}
