using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// One partition: a log of messages under a lock. Each group's cursor has a lock of its own, taken before this one where both
/// are needed: settling does not hold up publishing. Reports to publishers and wake-ups of members happen outside of both.
/// </summary>
internal sealed class InMemoryPartition(InMemoryBroker broker, string topic, int index)
{
    private const int FirstLength = 16;

    // How far publishers run ahead of handlers before each publish leaves them a microsecond or two. Messages that are handled
    // while they lie in the processor's caches, and are garbage at the next collection, cost half as much as a backlog's.
    private const int RunAhead = 1000;
    private static readonly int s_paceSpins = Environment.ProcessorCount > 1 ? 40 : 0;

    private readonly Lock _gate = new();
    private readonly RequestQueue<PublishRequest> _waiting = new();
    private MessageContent[] _log = new MessageContent[FirstLength];
    private InMemoryCursor[] _cursors = [];
    private long _first;
    private long _end;

    public string Topic => topic;

    public int Index => index;

    public TimeProvider Time => broker.Time;

    /// <summary>Offset of the next message to come; to be looked at without the lock.</summary>
    public long End => Volatile.Read(ref _end);

    /// <summary>Stores the message, unless it would have to wait.</summary>
    public bool TryAppend(in DirectPublish message, out long offset)
    {
        InMemoryCursor[] cursors;
        lock (_gate)
        {
            if (MustWait())
            {
                offset = 0;
                return false;
            }

            offset = Store(message);
            cursors = _cursors;
        }

        Wake(cursors, message.Key);
        Pace(cursors, offset);
        return true;
    }

    public void Append(PublishRequest request)
    {
        long offset;
        var key = request.Key; // it is another publish once this one is reported
        InMemoryCursor[] cursors;
        lock (_gate)
        {
            if (MustWait())
            {
                _waiting.Enqueue(request);
                return;
            }

            if (!request.TryMarkSent())
            {
                return;
            }

            offset = Store(DirectPublish.Of(request));
            cursors = _cursors;
        }

        request.Succeed(Durability.Memory, index, offset);
        Wake(cursors, key);
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

    /// <summary>Copies what is stored from <paramref name="offset"/> on, as much as there is room for.</summary>
    /// <param name="offset">Position of a cursor: what is behind it is kept.</param>
    /// <param name="into">Where to.</param>
    /// <returns>How many messages.</returns>
    public int Read(long offset, Span<MessageContent?> into)
    {
        if (offset >= End)
        {
            return 0;
        }

        lock (_gate)
        {
            var count = (int)Math.Min(into.Length, _end - offset);
            for (var i = 0; i < count; i++)
            {
                into[i] = _log[(offset + i) & (_log.Length - 1)];
            }

            return count;
        }
    }

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
                    (stored ??= []).Add((request, Store(DirectPublish.Of(request))));
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

    private static void Wake(InMemoryCursor[] cursors, string? key = null)
    {
        foreach (var cursor in cursors)
        {
            cursor.Owner?.OnAppended(key);
        }
    }

    // Outside the locks, and never until something happens: a handler may wait for this very publish.
    private static void Pace(InMemoryCursor[] cursors, long offset)
    {
        foreach (var cursor in cursors)
        {
            if (offset - cursor.Position >= RunAhead && cursor.Owner is not null)
            {
                Thread.SpinWait(s_paceSpins);
                return;
            }
        }
    }

    private bool MustWait() => _waiting.Count > 0 || !broker.IsAvailable || Unfetched() >= broker.Options.CapacityPerPartition;

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

    private long Store(in DirectPublish message)
    {
        if (_end - _first == _log.Length)
        {
            Resize(_log.Length * 2);
        }

        var offset = _end;
        _log[offset & (_log.Length - 1)] = message.ToContent(index, offset);
        Volatile.Write(ref _end, offset + 1);
        LetGo();
        return offset;
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
        var log = new MessageContent[length];
        for (var i = _first; i < _end; i++)
        {
            log[i & (length - 1)] = _log[i & (_log.Length - 1)];
        }

        _log = log;
    }
}
