using BitFaster.Caching;
using BitFaster.Caching.Lru;

namespace Toolkit.Caching.Level1;

/// <summary>The part of BitFaster's telemetry that we need. A struct: its empty methods cost nothing.</summary>
internal readonly struct EvictionTelemetry<TKey, TValue>(EvictionCount evictions) : ITelemetryPolicy<TKey, TValue>
    where TKey : notnull
{
    public double HitRatio => 0;

    public long Total => 0;

    public long Hits => 0;

    public long Misses => 0;

    public long Evicted => evictions.Value;

    public long Updated => 0;

    // The interface of the events; nobody subscribes.
    public event EventHandler<ItemRemovedEventArgs<TKey, TValue>> ItemRemoved { add { } remove { } }

    public event EventHandler<ItemUpdatedEventArgs<TKey, TValue>> ItemUpdated { add { } remove { } }

    public void IncrementMiss()
    {
    }

    public void IncrementHit()
    {
    }

    public void OnItemRemoved(TKey key, TValue value, ItemRemovedReason reason)
    {
        if (reason == ItemRemovedReason.Evicted)
        {
            evictions.Increment();
        }
    }

    public void OnItemUpdated(TKey key, TValue oldValue, TValue newValue)
    {
    }

    public void SetEventSource(object source)
    {
    }
}
