namespace Toolkit.Caching.Runtime;

/// <summary>What the caches of collected instances had counted, so that a method's totals never go backwards.</summary>
internal sealed class RetiredCounts
{
    private readonly Lock _gate = new();
    private CacheInfo _sum;

    public CacheInfo Sum
    {
        get
        {
            lock (_gate)
            {
                return _sum;
            }
        }
    }

    public void Add(long hits, long misses, long staleHits, long evictions, long errors)
    {
        lock (_gate)
        {
            _sum = CacheInfo.Add(_sum, new CacheInfo(hits, misses, staleHits, evictions, errors, 0, 0));
        }
    }
}
