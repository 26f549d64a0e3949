namespace Toolkit.Caching.Disk;

/// <summary>Which entries leave a disk cache that has reached its size limit.</summary>
public enum DiskEvictionPolicy
{
    /// <summary>
    /// Those not read for the longest time, by samples of entries: what is read often stays, but it is not a strict order.
    /// </summary>
    LeastRecentlyUsed,

    /// <summary>Those stored the longest time ago, by samples of entries. Reads cost no bookkeeping.</summary>
    LeastRecentlyStored,

    /// <summary>None: new values are not stored until others expire or are removed.</summary>
    None,
}
