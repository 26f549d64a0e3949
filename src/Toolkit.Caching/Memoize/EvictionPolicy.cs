namespace Toolkit.Caching;

/// <summary>Which results go when a cache is full.</summary>
public enum EvictionPolicy
{
    /// <summary>Those not asked for lately: a pseudo-LRU of three queues (after BitFaster's ConcurrentLru), which also withstands scans.</summary>
    Lru,

    /// <summary>Those asked for seldom: W-TinyLFU (BitFaster's ConcurrentLfu). Better hit ratios on skewed access, slower hits.</summary>
    Lfu,
}
