using BitFaster.Caching.Lru;

namespace Toolkit.Caching.Level1;

/// <summary>BitFaster's ConcurrentLru with a telemetry that counts evictions and nothing else: hits are counted without shared memory.</summary>
internal sealed class LruLevel1<TKey, TValue>(int capacity, EvictionCount evictions)
    : ConcurrentLruCore<TKey, TValue, LruItem<TKey, TValue>, LruPolicy<TKey, TValue>, EvictionTelemetry<TKey, TValue>>(
        Environment.ProcessorCount, new FavorWarmPartition(capacity), EqualityComparer<TKey>.Default, default, new EvictionTelemetry<TKey, TValue>(evictions)),
        ILevel1<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    public IEnumerable<TKey> EnumerateKeys() => Keys;

    public void Drop()
    {
    }

    public bool TryRemove(TKey key, TValue value) => TryRemove(new KeyValuePair<TKey, TValue>(key, value));
}
