using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Caching.Memory;

namespace Toolkit.Caching.Level1;

/// <summary>
/// The results of one cache inside the host's memory cache, which evicts and accounts for them. The keys here follow its
/// entries, so that a cache can be cleared and searched alone.
/// </summary>
internal sealed class MemoryCacheLevel1<TKey, TValue>(IMemoryCache memory, TimeSpan? lifetime, EvictionCount evictions) : ILevel1<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
    where TValue : class
{
    private readonly ConcurrentDictionary<TKey, TValue> _entries = new();

    public int Count => _entries.Count;

    /// <summary>0: the host's cache has the limit.</summary>
    public int Capacity => 0;

    public IEnumerable<TKey> EnumerateKeys() => _entries.Keys;

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => memory.TryGetValue(new OwnedKey(this, key), out value) && value is not null;

    public void AddOrUpdate(TKey key, TValue value)
    {
        _entries[key] = value;
        using var entry = memory.CreateEntry(new OwnedKey(this, key));
        entry.Value = value;
        entry.Size = 1;
        entry.AbsoluteExpirationRelativeToNow = lifetime;
        entry.RegisterPostEvictionCallback(OnEvicted);
    }

    public bool TryRemove(TKey key)
    {
        var removed = _entries.TryRemove(key, out _);
        memory.Remove(new OwnedKey(this, key));
        return removed;
    }

    public bool TryRemove(TKey key, TValue value) => _entries.TryRemove(KeyValuePair.Create(key, value)) && TryRemoveFromMemory(key);

    public void Drop()
    {
        try
        {
            foreach (var key in _entries.Keys)
            {
                TryRemove(key);
            }
        }
        catch (ObjectDisposedException)
        {
            // The host's cache went first, and everything in it.
        }
    }

    private bool TryRemoveFromMemory(TKey key)
    {
        memory.Remove(new OwnedKey(this, key));
        return true;
    }

    private void OnEvicted(object key, object? value, EvictionReason reason, object? state)
    {
        // By value: a replaced result does not take its successor with it.
        if (key is OwnedKey owned && value is TValue entry)
        {
            _entries.TryRemove(KeyValuePair.Create(owned.Key, entry));
        }

        if (reason is EvictionReason.Capacity)
        {
            evictions.Increment();
        }
    }

    // The owner keeps the keys of two methods apart.
    private sealed record OwnedKey(MemoryCacheLevel1<TKey, TValue> Owner, TKey Key)
    {
        public bool Equals(OwnedKey? other) => other is not null && ReferenceEquals(Owner, other.Owner) && Key.Equals(other.Key);

        public override int GetHashCode() => HashCode.Combine(System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(Owner), Key.GetHashCode());
    }
}
