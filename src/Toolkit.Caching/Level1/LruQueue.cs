namespace Toolkit.Caching.Level1;

/// <summary>A queue of nodes, linked through them. Not thread-safe.</summary>
internal sealed class LruQueue<TKey, TValue>(int capacity)
    where TKey : notnull
{
    private LruNode<TKey, TValue>? _newest;

    public int Count { get; private set; }

    public LruNode<TKey, TValue>? Oldest { get; private set; }

    public bool HasRoom => Count < capacity;

    public bool IsOver => Count > capacity;

    public void Enqueue(LruNode<TKey, TValue> node)
    {
        node.Queue = this;
        node.Older = _newest;
        node.Newer = null;
        if (_newest is null)
        {
            Oldest = node;
        }
        else
        {
            _newest.Newer = node;
        }

        _newest = node;
        Count++;
    }

    /// <summary>Puts <paramref name="fresh"/> where <paramref name="node"/> is.</summary>
    public void Replace(LruNode<TKey, TValue> node, LruNode<TKey, TValue> fresh)
    {
        fresh.Queue = this;
        fresh.Older = node.Older;
        fresh.Newer = node.Newer;
        if (node.Older is null)
        {
            Oldest = fresh;
        }
        else
        {
            node.Older.Newer = fresh;
        }

        if (node.Newer is null)
        {
            _newest = fresh;
        }
        else
        {
            node.Newer.Older = fresh;
        }

        node.Queue = null;
    }

    public void Remove(LruNode<TKey, TValue> node)
    {
        if (node.Older is null)
        {
            Oldest = node.Newer;
        }
        else
        {
            node.Older.Newer = node.Newer;
        }

        if (node.Newer is null)
        {
            _newest = node.Older;
        }
        else
        {
            node.Newer.Older = node.Older;
        }

        node.Queue = null;
        Count--;
    }
}
