namespace Toolkit.Caching;

/// <summary>What an instance method's results belong to. Static methods always have one cache.</summary>
public enum CacheScope
{
    /// <summary>
    /// To the instance: each has its own cache, which goes with it when it is collected. Where the type marks members with
    /// <see cref="CacheKeyAttribute"/>, to the values of these members instead.
    /// </summary>
    Instance,

    /// <summary>To the method: one cache for all instances. Only right when results do not depend on the instance.</summary>
    Shared,
}
