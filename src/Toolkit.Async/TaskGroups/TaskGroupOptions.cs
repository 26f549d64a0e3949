namespace Toolkit.Async;

/// <summary>How a <see cref="TaskGroup"/> runs.</summary>
public sealed record TaskGroupOptions
{
    /// <summary>What exceptions call the group.</summary>
    /// <value><see langword="null"/> by default: it has no name.</value>
    public string? Name { get; init; }

    /// <summary>
    /// How long the group may take. It fails then with a <see cref="TimeoutException"/> that names the children that were still
    /// running, after all have been cancelled and have ended.
    /// </summary>
    /// <value>More than zero; <see langword="null"/>, the default, for no limit.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or over 49 days.</exception>
    public TimeSpan? Timeout
    {
        get;
        init => field = TimeLimit.Check(value, nameof(Timeout));
    }

    /// <summary>Where the time-out takes its time from.</summary>
    /// <value><see cref="System.TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    } = TimeProvider.System;

    internal static TaskGroupOptions Default { get; } = new();
}
