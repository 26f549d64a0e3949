namespace Toolkit.Async;

/// <summary>How a lock is called in messages and metrics, and which misuse it looks for.</summary>
public sealed record LockOptions
{
    /// <summary>What exceptions, metrics and leak reports call the lock.</summary>
    /// <value><see langword="null"/> by default: it is called by its type.</value>
    public string? Name { get; init; }

    /// <summary>Where time-outs take their time from.</summary>
    /// <value><see cref="System.TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    } = TimeProvider.System;

    internal static LockOptions Default { get; } = new();
}
