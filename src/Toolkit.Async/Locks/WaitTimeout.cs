namespace Toolkit.Async;

/// <summary>
/// The time-out of one wait. Unlike the end of a registration, the end of a timer does not wait for a callback on its way,
/// so the callback has to know which use of the waiter it is about.
/// </summary>
internal sealed class WaitTimeout<TLease> : IDisposable
{
    private readonly LockWaiter<TLease> _waiter;
    private readonly int _generation;
    private readonly TimeSpan _timeout;
    private readonly LockOptions _options;
    private readonly ITimer _timer;

    public WaitTimeout(LockWaiter<TLease> waiter, TimeSpan timeout, LockOptions options)
    {
        _waiter = waiter;
        _generation = waiter.Generation;
        _timeout = timeout;
        _options = options;
        _timer = options.TimeProvider.CreateTimer(
            static state => ((WaitTimeout<TLease>)state!).Elapsed(), this, timeout, Timeout.InfiniteTimeSpan);
    }

    public static TimeoutException Exception(TimeSpan timeout, LockOptions options, object? key) =>
        new($"{options.Describe(key)} was not acquired within {timeout}.");

    public void Dispose() => _timer.Dispose();

    private void Elapsed()
    {
        if (_waiter.TryLeaveQueue(_generation))
        {
            _waiter.Refuse(Exception(_timeout, _options, _waiter.Key));
        }
    }
}
