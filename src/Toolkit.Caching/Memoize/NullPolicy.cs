namespace Toolkit.Caching;

/// <summary>What happens with a result that is <see langword="null"/>.</summary>
public enum NullPolicy
{
    /// <summary>It is cached like any other.</summary>
    Cache,

    /// <summary>It is returned and not cached: the next call computes again.</summary>
    Skip,
}
