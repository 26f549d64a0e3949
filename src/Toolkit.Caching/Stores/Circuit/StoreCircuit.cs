namespace Toolkit.Caching.Stores;

/// <summary>
/// Counts failures in a row. Closed: every call passes. Open: none does until the break is over; then one call at a time
/// probes, and its outcome closes the circuit or starts another break.
/// </summary>
internal sealed class StoreCircuit(FailOpenOptions options, TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private volatile bool _open;
    private int _failures;
    private long _openedAt;
    private bool _probing;

    public bool IsOpen => _open;

    /// <summary>Whether a call may go to the store; if so, <see cref="Succeed"/> or <see cref="Fail"/> must follow.</summary>
    public bool TryEnter()
    {
        if (!_open)
        {
            return true;
        }

        lock (_lock)
        {
            if (!_open)
            {
                return true;
            }

            if (_probing || timeProvider.GetElapsedTime(_openedAt) < options.BreakDuration)
            {
                return false;
            }

            return _probing = true;
        }
    }

    /// <returns>Whether this closed an open circuit.</returns>
    public bool Succeed()
    {
        if (!_open && Volatile.Read(ref _failures) == 0)
        {
            return false;
        }

        lock (_lock)
        {
            var closed = _open;
            _open = _probing = false;
            _failures = 0;
            return closed;
        }
    }

    /// <returns>Whether this opened a closed circuit.</returns>
    public bool Fail()
    {
        lock (_lock)
        {
            if (_open)
            {
                // A failed probe, or a call from before the circuit opened.
                _openedAt = timeProvider.GetTimestamp();
                _probing = false;
                return false;
            }

            if (++_failures < options.FailuresToOpen)
            {
                return false;
            }

            _openedAt = timeProvider.GetTimestamp();
            return _open = true;
        }
    }

    /// <summary>The call ended by its caller's cancellation: it says nothing about the store.</summary>
    public void Abandon()
    {
        if (_open)
        {
            lock (_lock)
            {
                _probing = false;
            }
        }
    }
}
