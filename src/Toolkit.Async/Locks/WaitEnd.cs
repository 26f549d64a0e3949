namespace Toolkit.Async;

/// <summary>What ends a wait of a lock that knows tokens only: the time-out, or the caller's token.</summary>
internal sealed class WaitEnd : IDisposable
{
    private readonly CancellationTokenSource _timer;
    private readonly CancellationTokenRegistration _registration;

    public WaitEnd(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        _timer = new CancellationTokenSource(timeout, time);
        _registration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _timer);
        Token = _timer.Token;
    }

    public CancellationToken Token { get; }

    public void Dispose()
    {
        _registration.Dispose();
        _timer.Dispose();
    }
}
