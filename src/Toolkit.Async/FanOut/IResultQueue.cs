using System.Diagnostics.CodeAnalysis;

namespace Toolkit.Async;

/// <summary>Results that wait for the consumer of a stream; guarded by the stream.</summary>
internal interface IResultQueue<T>
{
    bool HasNext { get; }

    void Add(long index, T result);

    bool TryTake([MaybeNullWhen(false)] out T result);
}

internal sealed class ArrivalOrderQueue<T> : IResultQueue<T>
{
    private readonly Queue<T> _queue = new();

    public bool HasNext => _queue.Count > 0;

    public void Add(long index, T result) => _queue.Enqueue(result);

    public bool TryTake([MaybeNullWhen(false)] out T result) => _queue.TryDequeue(out result);
}

/// <summary>Gives out a result only when all before it were: nothing passes an item that failed.</summary>
internal sealed class SourceOrderQueue<T> : IResultQueue<T>
{
    private readonly Dictionary<long, T> _ready = [];
    private long _next;

    public bool HasNext => _ready.ContainsKey(_next);

    public void Add(long index, T result) => _ready.Add(index, result);

    public bool TryTake([MaybeNullWhen(false)] out T result)
    {
        if (!_ready.Remove(_next, out result))
        {
            return false;
        }

        _next++;
        return true;
    }
}
