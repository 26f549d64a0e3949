using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// One partition: a log of messages and the position of each group in it, all under one lock. Reports to publishers and
/// wake-ups of members happen outside of it.
/// </summary>
internal sealed class InMemoryPartition(InMemoryBroker broker, string topic, int index)
{
    private const int FirstLength = 16;

    private readonly Lock _gate = new();
    private readonly RequestQueue<PublishRequest> _waiting = new();
    private StoredMessage[] _log = new StoredMessage[FirstLength];
    private InMemoryCursor[] _cursors = [];
    private long _first;
    private long _end;

    public string Topic => topic;

    public int Index => index;

    public Lock Gate => _gate;

    public TimeProvider Time => broker.Time;

    /// <summary>Offset of the next message to come; to be looked at without the lock.</summary>
    public long End => Volatile.Read(ref _end);

    public void Append(PublishRequest request)
    {
        StoredMessage stored;
        InMemoryCursor[] cursors;
        lock (_gate)
        {
            if (_waiting.Count > 0 || !broker.IsAvailable || Unfetched() >= broker.Options.CapacityPerPartition)
            {
                _waiting.Enqueue(request);
                return;
            }

            if (!request.TryMarkSent())
            {
                return;
            }

            stored = Store(request);
            cursors = _cursors;
        }

        request.Succeed(Durability.Memory, index, stored.Offset);
        Wake(cursors);
    }

    /// <summary>Goes on after an outage.</summary>
    public void Resume()
    {
        StoreWaiting();
        Wake(_cursors);
    }

    public InMemoryCursor Open(StartPosition start)
    {
        lock (_gate)
        {
            var cursor = new InMemoryCursor(this, start == StartPosition.Latest ? _end : _first);
            _cursors = [.. _cursors, cursor];
            return cursor;
        }
    }

    public long CountPublished()
    {
        lock (_gate)
        {
            return _end;
        }
    }

    /// <summary>Under the lock: messages behind <paramref name="position"/>.</summary>
    public long CountBehind(long position) => _end - position;

    /// <summary>Under the lock: the message at <paramref name="offset"/>, or null at the end or during an outage.</summary>
    public StoredMessage? Read(long offset) => broker.IsAvailable && offset < _end ? _log[offset & (_log.Length - 1)] : null;

    public bool IsAvailable => broker.IsAvailable;

    /// <summary>After members have fetched: what waited for room may be stored now.</summary>
    public void StoreWaiting()
    {
        List<(PublishRequest Request, long Offset)>? stored = null;
        lock (_gate)
        {
            while (_waiting.Count > 0 && broker.IsAvailable && Unfetched() < broker.Options.CapacityPerPartition)
            {
                var request = _waiting.Dequeue();
                if (request.TryMarkSent())
                {
                    (stored ??= []).Add((request, Store(request).Offset));
                }
            }
        }

        if (stored is null)
        {
            return;
        }

        foreach (var (request, offset) in stored)
        {
            request.Succeed(Durability.Memory, index, offset);
        }

        Wake(_cursors);
    }

    public bool HasWaiting => _waiting.Count > 0;

    private static void Wake(InMemoryCursor[] cursors)
    {
        foreach (var cursor in cursors)
        {
            cursor.Owner?.OnAppended();
        }
    }

    private long Unfetched() => _end - LowestPosition();

    private long LowestPosition()
    {
        if (_cursors.Length == 0)
        {
            return _first;
        }

        var lowest = long.MaxValue;
        foreach (var cursor in _cursors)
        {
            lowest = Math.Min(lowest, cursor.Position);
        }

        return lowest;
    }

    private StoredMessage Store(PublishRequest request)
    {
        if (_end - _first == _log.Length)
        {
            Resize(_log.Length * 2);
        }

        var stored = new StoredMessage(request, _end);
        _log[_end & (_log.Length - 1)] = stored;
        Volatile.Write(ref _end, _end + 1);
        LetGo();
        return stored;
    }

    // What is past its retention goes at once: whatever is kept longer survives collections, and costs most of their time.
    private void LetGo()
    {
        if (_cursors.Length == 0)
        {
            return;
        }

        var keepFrom = LowestPosition() - broker.Options.RetainedPerPartition;
        if (keepFrom <= _first)
        {
            return;
        }

        for (; _first < keepFrom; _first++)
        {
            _log[_first & (_log.Length - 1)] = null!;
        }

        if (_log.Length > FirstLength && _end - _first <= _log.Length / 8)
        {
            Resize(_log.Length / 4); // a backlog is over
        }
    }

    // The log is a ring, a power of two long.
    private void Resize(int length)
    {
        var log = new StoredMessage[length];
        for (var i = _first; i < _end; i++)
        {
            log[i & (length - 1)] = _log[i & (_log.Length - 1)];
        }

        _log = log;
    }
}
