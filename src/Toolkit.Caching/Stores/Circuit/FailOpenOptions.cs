namespace Toolkit.Caching.Stores;

/// <summary>How a store that is down is kept away from callers.</summary>
public sealed record FailOpenOptions
{
    /// <summary>The failures in a row that open the circuit.</summary>
    /// <value>3 by default; at least 1.</value>
    public int FailuresToOpen { get; init; } = FailOpenDefaults.FailuresToOpen;

    /// <summary>How long an open circuit answers at once, before one call tries the store again.</summary>
    /// <value>5 seconds by default.</value>
    public TimeSpan BreakDuration { get; init; } = FailOpenDefaults.BreakDuration;

    /// <summary>How long one call may take before it counts as failed. Stores that answer synchronously are not timed.</summary>
    /// <value>2 seconds by default.</value>
    public TimeSpan OperationTimeout { get; init; } = FailOpenDefaults.OperationTimeout;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(FailuresToOpen, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(BreakDuration, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OperationTimeout, TimeSpan.Zero);
    }
}
