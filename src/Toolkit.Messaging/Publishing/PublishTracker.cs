using System.Collections.Concurrent;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// The window of unacknowledged messages: admits in order, waits asynchronously when it is full, fails what is overdue, and
/// knows when all that was published before a flush has ended.
/// </summary>
/// <remarks>
/// All publishes under way form a list in the order of their calls. They have the same time-out, so the head is due first and
/// one timer serves all. Waiting ones also stand in a queue; who takes them out of it (the one that completes a publish) is
/// the only one to do so, and a publish that comes meanwhile queues up behind them: that is what keeps order.
/// </remarks>
internal sealed class PublishTracker : IDisposable
{
    private const int PoolSize = 2048;

    private readonly Lock _gate = new();
    private readonly IMessageTransport _transport;
    private readonly PublisherOptions _options;
    private readonly TimeProvider _time;
    private readonly long _timeoutTicks;
    private readonly ITimer _timer;
    private readonly RequestQueue<PendingPublish> _waiting = new();
    private readonly List<(long Sequence, TaskCompletionSource Done)> _flushes = [];
    private readonly ConcurrentQueue<PendingPublish> _pool = new();
    private readonly Action<PendingPublish, Exception?> _report;
    private PendingPublish? _head;
    private PendingPublish? _tail;
    private long _sequence;
    private long _bytes;
    private int _inWindow;
    private int _pooled;
    private bool _admitting;
    private bool _timerArmed;
    private volatile bool _congested;
    private volatile bool _closed;

    public PublishTracker(IMessageTransport transport, PublisherOptions options, TimeProvider time, Action<PendingPublish, Exception?> report)
    {
        _transport = transport;
        _options = options;
        _time = time;
        _report = report;
        _timeoutTicks = (long)(options.DeliveryTimeout.TotalSeconds * time.TimestampFrequency);
        _timer = time.CreateTimer(static state => ((PublishTracker)state!).ExpireOverdue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public TimeSpan DeliveryTimeout => _options.DeliveryTimeout;

    /// <summary>Publishes in the window now; never more than <see cref="PublisherOptions.MaxUnconfirmed"/>.</summary>
    public int InWindow
    {
        get
        {
            lock (_gate)
            {
                return _inWindow;
            }
        }
    }

    /// <summary>
    /// Whether a publish that can be stored during the call may go past the window: nothing that was called before waits for
    /// its turn. To be asked without the lock: what the same caller has left waiting is seen.
    /// </summary>
    public bool IsClear => !_congested && !_closed;

    public PendingPublish Rent()
    {
        if (_pool.TryDequeue(out var pending))
        {
            Interlocked.Decrement(ref _pooled);
            return pending;
        }

        return new PendingPublish(this);
    }

    public void Return(PendingPublish pending)
    {
        if (Interlocked.Increment(ref _pooled) <= PoolSize)
        {
            _pool.Enqueue(pending);
        }
        else
        {
            Interlocked.Decrement(ref _pooled);
        }
    }

    /// <summary>Takes a publish under way. False when the publisher is closed.</summary>
    public bool TryEnter(PendingPublish pending)
    {
        bool send;
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            if (pending.IsAbandoned)
            {
                return true; // cancelled since: its end has been reported
            }

            Link(pending);
            send = _waiting.Count == 0 && !_admitting && HasRoom(pending);
            if (send)
            {
                TakeRoom(pending);
            }
            else
            {
                _waiting.Enqueue(pending);
                _congested = true;
            }
        }

        if (send)
        {
            Send(pending);
        }

        return true;
    }

    /// <summary>Called once for each publish that ends, before its caller goes on: spans and metrics are complete by then.</summary>
    public void Report(PendingPublish pending, Exception? error) => _report(pending, error);

    /// <summary>Called once for each publish when it has ended, whoever ended it.</summary>
    public void Finished(PendingPublish pending)
    {
        bool admit;
        lock (_gate)
        {
            Unlink(pending);
            if (pending.InWindow)
            {
                pending.InWindow = false;
                _inWindow--;
                _bytes -= pending.Body.Length;
            }

            CompleteFlushes();
            admit = !_admitting && _waiting.Count > 0;
            _admitting |= admit;
        }

        if (admit)
        {
            AdmitWaiting();
        }
    }

    public Task FlushAsync()
    {
        lock (_gate)
        {
            if (_head is null)
            {
                return Task.CompletedTask;
            }

            var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _flushes.Add((_sequence, done));
            return done.Task;
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
        }
    }

    public void Dispose() => _timer.Dispose();

    private void AdmitWaiting()
    {
        while (true)
        {
            PendingPublish next;
            lock (_gate)
            {
                if (!_waiting.TryPeek(out next!) || (!next.IsAbandoned && !HasRoom(next)))
                {
                    _admitting = false;
                    _congested = _waiting.Count > 0;
                    return;
                }

                _waiting.Dequeue();
                if (next.IsAbandoned)
                {
                    continue;
                }

                TakeRoom(next);
            }

            Send(next);
        }
    }

    // A publish that was ended before it could be admitted gives its room back in Finished.
    private void Send(PendingPublish pending)
    {
        if (pending.TryAdmit())
        {
            _transport.Send(pending);
        }
    }

    private bool HasRoom(PendingPublish pending) =>
        _inWindow < _options.MaxUnconfirmed && (_inWindow == 0 || _bytes + pending.Body.Length <= _options.MaxUnconfirmedBytes);

    private void TakeRoom(PendingPublish pending)
    {
        pending.InWindow = true;
        _inWindow++;
        _bytes += pending.Body.Length;
    }

    private void Link(PendingPublish pending)
    {
        pending.Sequence = ++_sequence;
        var now = _time.GetTimestamp();
        pending.StartedAt = now;
        pending.Deadline = now + _timeoutTicks;
        pending.Linked = true;
        pending.Previous = _tail;
        pending.Next = null;
        if (_tail is null)
        {
            _head = pending;
        }
        else
        {
            _tail.Next = pending;
        }

        _tail = pending;
        if (!_timerArmed)
        {
            _timerArmed = true;
            _timer.Change(_options.DeliveryTimeout, Timeout.InfiniteTimeSpan);
        }
    }

    private void Unlink(PendingPublish pending)
    {
        if (!pending.Linked)
        {
            return;
        }

        pending.Linked = false;
        if (pending.Previous is null)
        {
            _head = pending.Next;
        }
        else
        {
            pending.Previous.Next = pending.Next;
        }

        if (pending.Next is null)
        {
            _tail = pending.Previous;
        }
        else
        {
            pending.Next.Previous = pending.Previous;
        }

        pending.Previous = pending.Next = null;
    }

    private void CompleteFlushes()
    {
        var lowest = _head?.Sequence ?? long.MaxValue;
        for (var i = _flushes.Count - 1; i >= 0; i--)
        {
            if (_flushes[i].Sequence < lowest)
            {
                _flushes[i].Done.TrySetResult();
                _flushes.RemoveAt(i);
            }
        }
    }

    private void ExpireOverdue()
    {
        List<(PendingPublish Pending, int Before)> overdue = [];
        lock (_gate)
        {
            var now = _time.GetTimestamp();
            var pending = _head;
            for (; pending is not null && pending.Deadline <= now; pending = pending.Next)
            {
                if (pending.TryClaim(out var before))
                {
                    overdue.Add((pending, before));
                }
            }

            // The timer stays armed while something is under way; it is not touched for each message.
            _timerArmed = pending is not null;
            if (pending is not null)
            {
                var ticks = (pending.Deadline - now) * (double)TimeSpan.TicksPerSecond / _time.TimestampFrequency;
                _timer.Change(TimeSpan.FromTicks((long)Math.Ceiling(ticks)) + TimeSpan.FromMilliseconds(1), Timeout.InfiniteTimeSpan);
            }
        }

        foreach (var (pending, before) in overdue)
        {
            pending.TimeOut(before);
        }
    }
}
