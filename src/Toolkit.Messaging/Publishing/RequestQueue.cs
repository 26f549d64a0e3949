using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// Requests that wait, in order. Those whose callers have given up are let go of along the way, so that an outage of hours with
/// callers that time out every few seconds doesn't hold all their bodies. Not safe for concurrent use.
/// </summary>
internal sealed class RequestQueue<T>
    where T : PublishRequest
{
    private const int FirstSweep = 256;

    private Queue<T> _items = new();
    private int _sweepAt = FirstSweep;

    public int Count => _items.Count;

    public void Enqueue(T request)
    {
        if (_items.Count >= _sweepAt)
        {
            // The cost of a sweep is spread over as many calls as it looks at requests.
            _items = new Queue<T>(_items.Where(r => !r.IsAbandoned));
            _sweepAt = Math.Max(FirstSweep, _items.Count * 2);
        }

        _items.Enqueue(request);
    }

    public bool TryPeek(out T request) => _items.TryPeek(out request!);

    public T Dequeue() => _items.Dequeue();
}
