namespace Toolkit.Async;

/// <summary>How a lock is called in messages and metrics, and which misuse it looks for.</summary>
/// <remarks>What looks for misuse is meant for tests and for the hunt after a bug: it allocates with each lock.</remarks>
public sealed record LockOptions
{
    /// <summary>What exceptions, metrics and leak reports call the lock.</summary>
    /// <value><see langword="null"/> by default: it has no name.</value>
    public string? Name { get; init; }

    /// <summary>Where time-outs take their time from.</summary>
    /// <value><see cref="System.TimeProvider.System"/> by default.</value>
    public TimeProvider TimeProvider
    {
        get;
        init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider));
    } = TimeProvider.System;

    /// <summary>
    /// Whether to acquire the lock where it is already held, or waited for, by the same flow of control ends in a
    /// <see cref="LockRecursionException"/> instead of a wait that never ends. Code that is started while the lock is held
    /// belongs to that flow, even where nobody awaits it.
    /// </summary>
    /// <value><see langword="false"/> by default.</value>
    public bool DetectReentrancy { get; init; }

    /// <summary>
    /// Called when a lease was lost without having been disposed of: the garbage collector has found that nobody can any more.
    /// The lock stays held. Called on the finalizer thread: keep it short; what it throws is dropped.
    /// </summary>
    /// <value><see langword="null"/>, the default, does not look for such leases.</value>
    public Action<LeakedLease>? OnLeaseLeaked { get; init; }

    internal static LockOptions Default { get; } = new();

    internal bool IsDiagnosed => DetectReentrancy || OnLeaseLeaked is not null;

    internal string Describe(object? key) =>
        (Name is null ? "The lock" : $"The lock '{Name}'") + (key is null ? string.Empty : $" for the key '{key}'");
}
