namespace Toolkit.Messaging.Kafka;

/// <summary>
/// What was delivered of one partition during one assignment, and up to where all of it is settled: the watermark is the lowest
/// offset in flight, or the one behind the last when there is none. Only the watermark is ever committed, so that whatever
/// order handlers finish in, a crash loses nothing. A later assignment of the same partition has a tracker of its own: a
/// settlement that comes late finds this one closed and moves nothing.
/// </summary>
/// <remarks>
/// Deliveries lie in a ring in their order, each with its offset, or its complement once it is settled. Thread-safe: one thread
/// tracks, any thread settles.
/// </remarks>
internal sealed class PartitionTracker
{
    private const int FirstCapacity = 64;
    private readonly Lock _gate = new();
    private long[] _ring = new long[FirstCapacity];
    private long _head;
    private long _tail;
    private long _next = -1;
    private long _taken = -1;
    private int _out;
    private bool _isClosed;

    /// <summary>Messages from the lowest unsettled one to the newest tracked one.</summary>
    public int Gap
    {
        get
        {
            lock (_gate)
            {
                return (int)(_tail - _head);
            }
        }
    }

    /// <summary>The offset to commit: nothing below it is unsettled. Null until something was tracked.</summary>
    public long? Position
    {
        get
        {
            lock (_gate)
            {
                return Watermark();
            }
        }
    }

    /// <summary>The same once anything was settled: before that there is nothing to commit.</summary>
    public long? SettledPosition
    {
        get
        {
            lock (_gate)
            {
                return _head > 0 ? Watermark() : null;
            }
        }
    }

    /// <summary>Takes a message in; returns the number to settle it with.</summary>
    /// <param name="offset">Above all before; gaps (compaction, transactions) are fine.</param>
    public long Track(long offset)
    {
        lock (_gate)
        {
            if (_tail - _head == _ring.Length)
            {
                Grow();
            }

            _ring[_tail & (_ring.Length - 1)] = offset;
            _next = offset + 1;
            return _tail++;
        }
    }

    /// <summary>
    /// Nothing is below <paramref name="offset"/> but what was tracked: the end was reached. Behind the last message there may be
    /// offsets without one, such as the marks of transactions.
    /// </summary>
    public void SkipTo(long offset)
    {
        lock (_gate)
        {
            _next = Math.Max(_next, offset);
        }
    }

    /// <summary>A tracked message goes to a handler: it counts as in flight from now on. False when the assignment has ended.</summary>
    public bool Deliver()
    {
        lock (_gate)
        {
            _out += _isClosed ? 0 : 1;
            return !_isClosed;
        }
    }

    /// <summary>A delivered message is done. False when it comes too late: the assignment has ended.</summary>
    public bool Settle(long number)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return false;
            }

            _out--;
            ref var slot = ref _ring[number & (_ring.Length - 1)];
            slot = ~slot;
            while (_head < _tail && _ring[_head & (_ring.Length - 1)] < 0)
            {
                _head++;
            }

            return true;
        }
    }

    /// <summary>A delivered message comes back unsettled: the watermark stays below it. False when the assignment has ended.</summary>
    public bool GiveBack()
    {
        lock (_gate)
        {
            _out -= _isClosed ? 0 : 1;
            return !_isClosed;
        }
    }

    /// <summary>The watermark, where it moved since it was last taken.</summary>
    public bool TryTakePosition(out long position)
    {
        lock (_gate)
        {
            position = Watermark() ?? -1;
            var moved = position > _taken && _head > 0;
            _taken = moved ? position : _taken;
            return moved;
        }
    }

    /// <summary>Ends the assignment: no settlement counts any more. Returns how many deliveries were in flight.</summary>
    public int Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            var left = _out;
            _out = 0;
            return left;
        }
    }

    private long? Watermark() => _head < _tail ? _ring[_head & (_ring.Length - 1)] : _next < 0 ? null : _next;

    private void Grow()
    {
        var larger = new long[_ring.Length * 2];
        for (var number = _head; number < _tail; number++)
        {
            larger[number & (larger.Length - 1)] = _ring[number & (_ring.Length - 1)];
        }

        _ring = larger;
    }
}
