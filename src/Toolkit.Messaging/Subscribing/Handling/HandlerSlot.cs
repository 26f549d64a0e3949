using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

/// <summary>
/// One of the places in which a handler runs. Its token source is used again until it was cancelled; a watchdog and the
/// leases cancel it from outside, so that a message costs neither a timer nor a linked token.
/// </summary>
#pragma warning disable CA1001 // a CancellationTokenSource without a timer holds nothing to dispose
internal sealed class HandlerSlot(DeliveryExecutor executor) : IThreadPoolWorkItem
{
#pragma warning restore CA1001
    private readonly Lock _gate = new();
    private CancellationTokenSource _source = new();
    private TransportDelivery? _current;
    private long _startedAt;
    private CancelReason _reason;

    public TransportDelivery? First { get; set; }

    public void Execute() => _ = executor.RunAsync(this);

    public CancellationToken Begin(TransportDelivery delivery, long now)
    {
        lock (_gate)
        {
            _current = delivery;
            _startedAt = now;
            return _source.Token;
        }
    }

    /// <summary>Ends the run and says whether, and why, it was cancelled.</summary>
    public CancelReason End()
    {
        lock (_gate)
        {
            var reason = _reason;
            _current = null;
            if (reason != CancelReason.None)
            {
                // Not disposed: a handler that went on in the background may still look at its token.
                _source = new CancellationTokenSource();
                _reason = CancelReason.None;
            }

            return reason;
        }
    }

    public void CancelIfOlder(long startedBefore) => Cancel(CancelReason.TooLong, null, startedBefore);

    public void CancelIfOf(DeliveryLease lease) => Cancel(CancelReason.LeaseLost, lease, long.MaxValue);

    public void CancelAny() => Cancel(CancelReason.Stopping, null, long.MaxValue);

    private void Cancel(CancelReason reason, DeliveryLease? lease, long startedBefore)
    {
        lock (_gate)
        {
            if (_current is null || _reason != CancelReason.None || _startedAt > startedBefore || (lease is not null && _current.Lease != lease))
            {
                return;
            }

            _reason = reason;
            _ = ObserveAsync(_source.CancelAsync(), _current); // the handler's callbacks run elsewhere, not under this lock
        }
    }

    private async Task ObserveAsync(Task callbacks, TransportDelivery delivery)
    {
        try
        {
            await callbacks.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            executor.OnCallbackFailed(delivery, exception);
        }
    }
}
