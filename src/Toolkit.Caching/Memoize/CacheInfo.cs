namespace Toolkit.Caching;

/// <summary>What a cache has done since the process started.</summary>
/// <param name="Hits">Calls that were answered from memory or from a store.</param>
/// <param name="Misses">Calls that computed, or waited for another call that computed.</param>
/// <param name="StaleHits">Calls that were answered with an expired result because computing threw.</param>
/// <param name="Evictions">Results that went because the cache was full.</param>
/// <param name="Errors">Failures of the store behind the memory, of its serializer included; each cost a miss, no caller saw one.</param>
/// <param name="Count">Results in memory now.</param>
/// <param name="Capacity">Results that memory can hold.</param>
public readonly record struct CacheInfo(long Hits, long Misses, long StaleHits, long Evictions, long Errors, int Count, int Capacity)
{
    /// <summary>The share of calls that were answered without computing, from 0 to 1; 0 before the first call.</summary>
    public double HitRatio => Hits + Misses == 0 ? 0 : (double)Hits / (Hits + Misses);

    internal static CacheInfo Add(CacheInfo a, CacheInfo b) => new(
        a.Hits + b.Hits, a.Misses + b.Misses, a.StaleHits + b.StaleHits, a.Evictions + b.Evictions,
        a.Errors + b.Errors, a.Count + b.Count, a.Capacity + b.Capacity);
}
