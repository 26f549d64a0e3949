using System.Diagnostics.CodeAnalysis;
using Toolkit.Caching.Runtime;

namespace Toolkit.Caching.Level1;

/// <summary>Keeps nothing: a method whose caching is switched off.</summary>
internal sealed class NullLevel1<TKey, TValue> : ILevel1<TKey, TValue>
{
    public static NullLevel1<TKey, TValue> Instance { get; } = new();

    public int Count => 0;

    public int Capacity => 0;

    public IEnumerable<TKey> EnumerateKeys() => [];

    public bool TryGet(TKey key, int hash, [NotNullWhen(true)] out Entry<TValue>? entry)
    {
        entry = null;
        return false;
    }

    public void AddOrUpdate(TKey key, int hash, TValue value, EntryTerms? terms)
    {
    }

    public bool TryRemove(TKey key) => false;

    public void Drop()
    {
    }
}
