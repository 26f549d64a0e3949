namespace Toolkit.Caching.Stores;

/// <summary>What a <see cref="StoreTier{TValue}"/> found.</summary>
/// <param name="State">Whether <paramref name="Value"/> can be used.</param>
/// <param name="Value">The value; the default on a miss.</param>
/// <param name="Stamp">To be passed to the set that follows a miss.</param>
/// <param name="CreatedAt">When the value was written, by the clock of the process that wrote it.</param>
/// <param name="ExpiresAt">How long it is fresh, by the same clock.</param>
public readonly record struct StoreTierLookup<TValue>(
    StoreTierState State, TValue? Value, long Stamp, DateTimeOffset CreatedAt, DateTimeOffset ExpiresAt);
