namespace Toolkit.Async;

/// <summary>A lease that nobody disposed of, and nobody can any more.</summary>
/// <param name="LockName">The <see cref="LockOptions.Name"/> of its lock.</param>
/// <param name="Key">Its key, if the lock is keyed.</param>
/// <param name="AcquiredAt">The stack trace of the call that acquired it.</param>
public sealed record LeakedLease(string? LockName, object? Key, string AcquiredAt)
{
    /// <summary>For logs.</summary>
    /// <returns>One sentence, and the stack trace.</returns>
    public override string ToString() =>
        $"A lease of the lock '{LockName}'{(Key is null ? string.Empty : $" for the key '{Key}'")} was lost without having been disposed of. It was acquired{Environment.NewLine}{AcquiredAt}";
}
