namespace Toolkit.Caching.Stores;

/// <summary>One message of a backplane.</summary>
public sealed record CacheInvalidation
{
    private CacheInvalidation(CacheInvalidationKind kind) => Kind = kind;

    /// <summary>All caches are to be dropped.</summary>
    public static CacheInvalidation Everything { get; } = new(CacheInvalidationKind.Everything);

    /// <summary>What is invalid.</summary>
    public CacheInvalidationKind Kind { get; }

    /// <summary>The key, of <see cref="CacheInvalidationKind.Key"/>.</summary>
    public CacheStoreKey Key { get; private init; }

    /// <summary>The tags, of <see cref="CacheInvalidationKind.Tags"/>; otherwise empty.</summary>
    public IReadOnlyList<string> Tags { get; private init; } = [];

    /// <summary>The cache, of <see cref="CacheInvalidationKind.Cache"/> and <see cref="CacheInvalidationKind.Key"/>; otherwise empty.</summary>
    public string CacheId { get; private init; } = "";

    /// <summary>One key is invalid.</summary>
    public static CacheInvalidation ForKey(CacheStoreKey key) => new(CacheInvalidationKind.Key) { Key = key, CacheId = key.CacheId };

    /// <summary>All entries with one of <paramref name="tags"/> are invalid.</summary>
    public static CacheInvalidation ForTags(IEnumerable<string> tags) => new(CacheInvalidationKind.Tags) { Tags = [.. tags] };

    /// <summary>All entries of one cache are invalid.</summary>
    public static CacheInvalidation ForCache(string cacheId) => new(CacheInvalidationKind.Cache) { CacheId = cacheId };
}
