using System.Diagnostics.CodeAnalysis;
using Toolkit.Caching.Runtime;

namespace Toolkit.Caching.Level1;

/// <summary>The results of one cache that are in memory. Hashes are those of the keys, which a miss needs several times.</summary>
internal interface ILevel1<TKey, TValue>
{
    int Count { get; }

    int Capacity { get; }

    /// <summary>The keys at some moment, in no order.</summary>
    IEnumerable<TKey> EnumerateKeys();

    bool TryGet(TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? entry);

    void AddOrUpdate(TKey key, int hash, TValue value, EntryTerms? terms);

    bool TryRemove(TKey key);

    /// <summary>Frees what lies outside of this object; no call follows.</summary>
    void Drop();
}
