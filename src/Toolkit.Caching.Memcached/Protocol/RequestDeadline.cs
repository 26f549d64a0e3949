namespace Toolkit.Caching.Memcached;

/// <summary>
/// Ends what takes too long, one request at a time. Requests do not touch the timer: one that fires looks how long the present request has
/// been under way, is set again for the rest of its time, and is left alone while there is none.
/// </summary>
/// <param name="onExpired">Called once; there is no further request then.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class RequestDeadline(Action onExpired, TimeProvider timeProvider) : IDisposable
{
    private const long Idle = long.MinValue;
    private const long Expired = long.MaxValue;

    private long _started = Idle;
    private int _armed;
    private TimeSpan _timeout;
    private ITimer? _timer;

    public void Start(TimeSpan timeout)
    {
        _timeout = timeout;
        Interlocked.Exchange(ref _started, timeProvider.GetTimestamp());
        if (Interlocked.Exchange(ref _armed, 1) == 0)
        {
            Arm(timeout);
        }
    }

    public void Stop()
    {
        var started = Volatile.Read(ref _started);
        if (started != Expired)
        {
            // Unless it expires in this moment.
            Interlocked.CompareExchange(ref _started, Idle, started);
        }
    }

    public void Dispose() => _timer?.Dispose();

    private void Arm(TimeSpan time)
    {
        if (_timer is not null)
        {
            _timer.Change(time, Timeout.InfiniteTimeSpan);
            return;
        }

        // The first caller's context is not to live as long as the connection.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _timer = timeProvider.CreateTimer(static deadline => ((RequestDeadline)deadline!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        _timer.Change(time, Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        var started = Volatile.Read(ref _started);
        if (started == Idle)
        {
            Interlocked.Exchange(ref _armed, 0);
            if ((started = Volatile.Read(ref _started)) == Idle || Interlocked.Exchange(ref _armed, 1) == 1)
            {
                return;
            }
        }

        var left = _timeout - timeProvider.GetElapsedTime(started);
        if (left > TimeSpan.Zero)
        {
            Arm(left);
        }
        else if (Interlocked.CompareExchange(ref _started, Expired, started) == started)
        {
            onExpired();
        }
        else
        {
            // It ended in this moment.
            OnTimer();
        }
    }
}
