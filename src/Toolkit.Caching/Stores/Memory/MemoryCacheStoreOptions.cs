namespace Toolkit.Caching.Stores;

/// <summary>Options of <see cref="MemoryCacheStore"/>.</summary>
public sealed record MemoryCacheStoreOptions
{
    internal const long DefaultSizeLimit = 64L * 1024 * 1024;

    /// <summary>The bytes of keys and values that the store holds before it evicts the least recently used entries.</summary>
    /// <value>64 MiB by default; above 0.</value>
    public long SizeLimit { get; init; } = DefaultSizeLimit;
}
