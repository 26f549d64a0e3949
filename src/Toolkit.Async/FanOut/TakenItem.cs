namespace Toolkit.Async;

/// <summary>What a worker got when it asked for an item.</summary>
internal readonly struct TakenItem<T>(T item, long index, IDisposable? permit)
{
    /// <summary>No item: the worker ends. Another one is woken for it when there is something to do.</summary>
    public static TakenItem<T> None => default;

    public bool HasItem { get; } = true;

    public T Item { get; } = item;

    public long Index { get; } = index;

    /// <summary>Held until the body has ended.</summary>
    public IDisposable? Permit { get; } = permit;
}
