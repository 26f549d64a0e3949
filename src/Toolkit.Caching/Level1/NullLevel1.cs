using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Caching.Level1;

/// <summary>Keeps nothing: a method whose caching is switched off.</summary>
internal sealed class NullLevel1<TKey, TValue> : ILevel1<TKey, TValue>
    where TValue : class
{
    public static NullLevel1<TKey, TValue> Instance { get; } = new();

    public int Count => 0;

    public int Capacity => 0;

    public IEnumerable<TKey> EnumerateKeys() => [];

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        value = null;
        return false;
    }

    public void AddOrUpdate(TKey key, TValue value)
    {
    }

    public bool TryRemove(TKey key) => false;

    public bool TryRemove(TKey key, TValue value) => false;

    public void Drop()
    {
    }
}
