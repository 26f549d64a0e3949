namespace Toolkit.Caching.Level1;

/// <summary>Counts the results that went because a cache was full.</summary>
internal sealed class EvictionCount
{
    private long _count;

    public long Value => Volatile.Read(ref _count);

    public void Increment() => Interlocked.Increment(ref _count);
}
