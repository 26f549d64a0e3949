using System.Diagnostics.CodeAnalysis;
using BitFaster.Caching;
using BitFaster.Caching.Lfu;
using BitFaster.Caching.Scheduler;
using Toolkit.Caching.Runtime;

namespace Toolkit.Caching.Level1;

/// <summary>BitFaster's ConcurrentLfu (W-TinyLFU); its maintenance runs on the thread pool.</summary>
internal sealed class LfuLevel1<TKey, TValue>(int capacity, EvictionCount evictions) : ILevel1<TKey, TValue>
    where TKey : notnull
{
    private readonly ConcurrentLfu<TKey, Entry<TValue>> _lfu = Create(capacity, evictions);

    public int Count => _lfu.Count;

    public int Capacity => _lfu.Capacity;

    public IEnumerable<TKey> EnumerateKeys() => _lfu.Keys;

    public void Drop()
    {
    }

    public bool TryGet(TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? entry) => _lfu.TryGet(key, out entry);

    public void AddOrUpdate(TKey key, int hash, TValue value, EntryTerms? terms) => _lfu.AddOrUpdate(key, new Entry<TValue>(value, terms));

    public bool TryRemove(TKey key) => _lfu.TryRemove(key);

    private static ConcurrentLfu<TKey, Entry<TValue>> Create(int capacity, EvictionCount evictions)
    {
        var lfu = new ConcurrentLfu<TKey, Entry<TValue>>(Environment.ProcessorCount, capacity, new ThreadPoolScheduler(), EqualityComparer<TKey>.Default);
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
