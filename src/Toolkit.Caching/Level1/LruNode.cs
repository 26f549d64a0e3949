using Toolkit.Caching.Runtime;

namespace Toolkit.Caching.Level1;

/// <summary>
/// One result in an <see cref="LruLevel1{TKey, TValue}"/>: a link of its bucket's chain and of one queue. Never used again
/// after its removal, so that a reader that stands on it finds its way on.
/// </summary>
internal sealed class LruNode<TKey, TValue>(TKey key, int hash, TValue value, EntryTerms? terms) : Entry<TValue>(value, terms)
    where TKey : notnull
{
    public readonly TKey Key = key;
    public readonly int Hash = hash;

    /// <summary>The next one of the same bucket; read without the lock.</summary>
    public LruNode<TKey, TValue>? Next;

    /// <summary>Whether it was asked for since it entered its queue: written by readers, without the lock.</summary>
    public bool IsAccessed;

    /// <summary>The queue that it is in; null once it is removed. Guarded by the lock, as the links are.</summary>
    public LruQueue<TKey, TValue>? Queue;
    public LruNode<TKey, TValue>? Older;
    public LruNode<TKey, TValue>? Newer;
}
