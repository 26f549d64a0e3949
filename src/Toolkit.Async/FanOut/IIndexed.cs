namespace Toolkit.Async;

/// <summary>Random access, as a type parameter so that the access is inlined.</summary>
internal interface IIndexed<T>
{
    int Count { get; }

    T this[int index] { get; }
}

internal readonly struct IndexedArray<T>(T[] items) : IIndexed<T>
{
    public int Count => items.Length;

    public T this[int index] => items[index];
}

internal readonly struct IndexedList<T>(List<T> items) : IIndexed<T>
{
    public int Count => items.Count;

    public T this[int index] => items[index];
}
