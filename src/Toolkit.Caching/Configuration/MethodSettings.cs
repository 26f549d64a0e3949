namespace Toolkit.Caching;

/// <summary>What configuration says about one memoized method, over its attribute. What is null stays as the attribute has it.</summary>
public sealed class MethodSettings
{
    /// <inheritdoc cref="MemoizeAttribute.Capacity"/>
    public int? Capacity { get; set; }

    /// <inheritdoc cref="MemoizeAttribute.Policy"/>
    public EvictionPolicy? Policy { get; set; }

    /// <inheritdoc cref="MemoizeAttribute.TimeToLive"/>
    public TimeSpan? TimeToLive { get; set; }

    /// <inheritdoc cref="MemoizeAttribute.Sliding"/>
    public TimeSpan? Sliding { get; set; }

    /// <inheritdoc cref="MemoizeAttribute.RefreshAhead"/>
    public TimeSpan? RefreshAhead { get; set; }

    /// <inheritdoc cref="MemoizeAttribute.StaleIfError"/>
    public TimeSpan? StaleIfError { get; set; }

    /// <inheritdoc cref="MemoizeAttribute.Store"/>
    public string? Store { get; set; }

    /// <summary>Whether results are cached at all.</summary>
    /// <value><see langword="null"/> by default: they are.</value>
    public bool? Enabled { get; set; }

    internal void Validate(string method)
    {
        if (Capacity < MemoizeDefaults.MinimumCapacity)
        {
            throw new ArgumentException($"The capacity of {method} is {Capacity}; it must be at least {MemoizeDefaults.MinimumCapacity}.");
        }

        RequirePositive(TimeToLive, nameof(TimeToLive), method);
        RequirePositive(Sliding, nameof(Sliding), method);
        RequirePositive(RefreshAhead, nameof(RefreshAhead), method);
        RequirePositive(StaleIfError, nameof(StaleIfError), method);
    }

    private static void RequirePositive(TimeSpan? value, string name, string method)
    {
        if (value <= TimeSpan.Zero)
        {
            throw new ArgumentException($"{name} of {method} is {value}; it must be above zero.");
        }
    }
}
