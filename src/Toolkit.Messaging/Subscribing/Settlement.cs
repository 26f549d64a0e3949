namespace Toolkit.Messaging;

/// <summary>
/// A handler's answer. A handler that throws answers <c>Retry</c> with the exception as the reason; the default value is
/// <see cref="Complete"/>.
/// </summary>
public readonly record struct Settlement
{
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromDays(24); // what timers and brokers take

    private Settlement(SettlementKind kind, TimeSpan? delay, string? reason) => (Kind, Delay, Reason) = (kind, delay, reason);

    /// <summary>Done: not delivered to this group again.</summary>
    public static Settlement Complete => default;

    /// <summary>What was decided.</summary>
    public SettlementKind Kind { get; }

    /// <summary>Shortest wait before the next attempt; null for what <see cref="RetryOptions"/> says.</summary>
    public TimeSpan? Delay { get; }

    /// <summary>Why, for logs and the dead letter's headers.</summary>
    public string? Reason { get; }

    /// <summary>Failed: try again, after <paramref name="delay"/> where given, up to <see cref="RetryOptions.MaxAttempts"/>.</summary>
    /// <param name="delay">Shortest wait, at most 24 days; null for what <see cref="RetryOptions"/> says.</param>
    /// <param name="reason">Why.</param>
    /// <returns>The answer.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative or longer than 24 days.</exception>
    public static Settlement Retry(TimeSpan? delay = null, string? reason = null)
    {
        if (delay is { } value)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero, nameof(delay));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, s_longestDelay, nameof(delay));
        }

        return new(SettlementKind.Retry, delay, reason);
    }

    /// <summary>Failed for good: goes to the dead-letter topic now.</summary>
    /// <param name="reason">Why.</param>
    /// <returns>The answer.</returns>
    public static Settlement DeadLetter(string reason) => new(SettlementKind.DeadLetter, null, reason);
}
