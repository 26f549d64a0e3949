namespace Toolkit.Caching.Stores;

/// <summary>How one value is stored.</summary>
public sealed record CacheStoreEntryOptions
{
    /// <summary>No expiry, no tags, the stamp of the moment.</summary>
    public static CacheStoreEntryOptions Default { get; } = new();

    /// <summary>How long the value lives from now.</summary>
    /// <value><see langword="null"/> by default: until it is evicted.</value>
    public TimeSpan? TimeToLive { get; init; }

    /// <summary>How long the value lives from its last read, never beyond <see cref="TimeToLive"/>.</summary>
    /// <value><see langword="null"/> by default.</value>
    public TimeSpan? SlidingExpiration { get; init; }

    /// <summary>The tags that <see cref="ICacheStore.InvalidateTagsAsync"/> can bar the value by.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The stamp of the look-up that missed before the value was computed.</summary>
    /// <value>0 by default: the store takes its own time of the call.</value>
    public long Stamp { get; init; }

    /// <summary>When set, the value is stored only while this lease is held.</summary>
    /// <value><see langword="null"/> by default: stored in any case.</value>
    public CacheLease? Lease { get; init; }
}
