using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Caching.Level1;

/// <summary>The results of one cache that are in memory.</summary>
internal interface ILevel1<TKey, TValue>
    where TValue : class
{
    int Count { get; }

    int Capacity { get; }

    /// <summary>The keys at some moment, in no order.</summary>
    IEnumerable<TKey> EnumerateKeys();

    bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value);

    void AddOrUpdate(TKey key, TValue value);

    bool TryRemove(TKey key);

    /// <summary>Removes <paramref name="key"/> only while its value is <paramref name="value"/>.</summary>
    bool TryRemove(TKey key, TValue value);

    /// <summary>Frees what lies outside of this object; no call follows.</summary>
    void Drop();
}
