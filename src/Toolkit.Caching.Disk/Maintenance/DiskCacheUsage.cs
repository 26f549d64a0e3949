namespace Toolkit.Caching.Disk;

/// <summary>What one cache takes of a disk cache.</summary>
/// <param name="CacheId">The cache.</param>
/// <param name="Entries">Its entries, invalidated ones included that were not removed yet.</param>
/// <param name="Bytes">What they count against the size limit.</param>
public readonly record struct DiskCacheUsage(string CacheId, long Entries, long Bytes);
