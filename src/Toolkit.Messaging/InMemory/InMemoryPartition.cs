using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// One partition: a log of messages and the position of each group in it, all under one lock. Reports to publishers and
/// wake-ups of members happen outside of it.
/// </summary>
internal sealed class InMemoryPartition(InMemoryBroker broker, string topic, int index)
{
    private readonly Lock _gate = new();
    private readonly RequestQueue<PublishRequest> _waiting = new();
    private StoredMessage[] _log = new StoredMessage[16];
    private InMemoryCursor[] _cursors = [];
    private long _first;
    private long _end;

    public string Topic => topic;

    public int Index => index;

    public Lock Gate => _gate;

    public TimeProvider Time => broker.Time;

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
            cursor.Owner?.WakeInline();
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
            MakeRoom();
        }

        var stored = new StoredMessage(request, _end);
        _log[_end & (_log.Length - 1)] = stored;
        _end++;
        return stored;
    }

    // The log is a ring, a power of two long. When it is full, what is past its retention goes; otherwise it doubles.
    private void MakeRoom()
    {
        var keepFrom = Math.Max(_first, _cursors.Length == 0 ? _first : LowestPosition() - broker.Options.RetainedPerPartition);
        for (; _first < keepFrom; _first++)
        {
            _log[_first & (_log.Length - 1)] = null!;
        }

        if (_end - _first <= _log.Length / 2)
        {
            return;
        }

        var larger = new StoredMessage[_log.Length * 2];
        for (var i = _first; i < _end; i++)
        {
            larger[i & (larger.Length - 1)] = _log[i & (_log.Length - 1)];
        }

        _log = larger;
    }
}
