using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>
/// Arrays and lists: an atomic counter is all that the workers share, which makes this the cheapest feed by far.
/// </summary>
internal sealed class IndexedFeed<T, TList>(TList list) : ItemFeed<T>
    where TList : struct, IIndexed<T>
{
    private readonly TList _list = list;
    private readonly int _count = list.Count;
    private long _next;

    public override int? Count => _count;

    // Each worker that finds the end counts once more.
    public override long Taken => Math.Min(Volatile.Read(ref _next), _count);

    public override bool HasEnded => Volatile.Read(ref _next) >= _count;

    public override bool TryTake([MaybeNullWhen(false)] out T item, out long index)
    {
        index = Interlocked.Increment(ref _next) - 1;
        if (index < _count)
        {
            item = _list[(int)index];
            return true;
        }

        item = default;
        return false;
    }

    public override ValueTask<TakenItem<T>> TakeAsync() => new(TakenItem<T>.None);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
