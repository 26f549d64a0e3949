using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Caching.Memory;
using Toolkit.Caching.Runtime;

namespace Toolkit.Caching.Level1;

/// <summary>
/// The results of one cache inside the host's memory cache, which evicts and accounts for them. The keys here follow its
/// entries, so that a cache can be cleared and searched alone.
/// </summary>
internal sealed class MemoryCacheLevel1<TKey, TValue>(IMemoryCache memory, TimeSpan? lifetime, EvictionCount evictions) : ILevel1<TKey, TValue>
    where TKey : struct, IEquatable<TKey>
{
    private readonly ConcurrentDictionary<TKey, Entry<TValue>> _entries = new();

    public int Count => _entries.Count;

    /// <summary>0: the host's cache has the limit.</summary>
    public int Capacity => 0;

    public IEnumerable<TKey> EnumerateKeys() => _entries.Keys;

    public bool TryGet(TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? entry) => memory.TryGetValue(new OwnedKey(this, key), out entry) && entry is not null;

    public void AddOrUpdate(TKey key, int hash, TValue value, EntryTerms? terms)
    {
        var result = new Entry<TValue>(value, terms);
        _entries[key] = result;
        using var entry = memory.CreateEntry(new OwnedKey(this, key));
        entry.Value = result;
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

    private void OnEvicted(object key, object? value, EvictionReason reason, object? state)
    {
        // By value: a replaced result does not take its successor with it.
        if (key is OwnedKey owned && value is Entry<TValue> entry)
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
