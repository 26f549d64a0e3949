using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Scheduler;

namespace Toolkit.Caching.Level1;

/// <summary>BitFaster's ConcurrentLfu (W-TinyLFU); its maintenance runs on the thread pool.</summary>
internal sealed class LfuLevel1<TKey, TValue>(int capacity, EvictionCount evictions) : ILevel1<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    private readonly ConcurrentLfu<TKey, TValue> _lfu = Create(capacity, evictions);

    public int Count => _lfu.Count;

    public int Capacity => _lfu.Capacity;

    public IEnumerable<TKey> EnumerateKeys() => _lfu.Keys;

    public void Drop()
    {
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => _lfu.TryGet(key, out value);

    public void AddOrUpdate(TKey key, TValue value) => _lfu.AddOrUpdate(key, value);

    public bool TryRemove(TKey key) => _lfu.TryRemove(key);

    public bool TryRemove(TKey key, TValue value) => _lfu.TryRemove(new KeyValuePair<TKey, TValue>(key, value));

    private static ConcurrentLfu<TKey, TValue> Create(int capacity, EvictionCount evictions)
    {
        var lfu = new ConcurrentLfu<TKey, TValue>(Environment.ProcessorCount, capacity, new ThreadPoolScheduler(), EqualityComparer<TKey>.Default);
        if (lfu.Events.HasValue)
        {
            lfu.Events.Value!.ItemRemoved += (_, removed) =>
            {
                if (removed.Reason == ItemRemovedReason.Evicted)
                {
                    evictions.Increment();
                }
            };
        }

        return lfu;
    }
}
