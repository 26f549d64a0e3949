namespace Toolkit.Caching.Stores;

/// <summary>What a <see cref="CacheInvalidation"/> covers.</summary>
public enum CacheInvalidationKind
{
    /// <summary>Everything, in all caches: messages may have been missed.</summary>
    Everything,

    /// <summary>One key.</summary>
    Key,

    /// <summary>All entries that carry one of some tags.</summary>
    Tags,

    /// <summary>All entries of one cache.</summary>
    Cache,
}
