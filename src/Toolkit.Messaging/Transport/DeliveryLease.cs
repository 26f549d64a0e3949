namespace Toolkit.Messaging.Transport;

/// <summary>
/// The right to settle a range of deliveries: one assignment of a partition, one life of a channel. When the right ends, the
/// broker gives the messages to someone else, and a settlement that comes late must not reach it.
/// </summary>
/// <remarks>
/// A transport opens a lease for each assignment (<see cref="IDeliverySink.OpenLease"/>) and ends it either with
/// <see cref="RevokeAsync"/> (there is time to finish: a rebalance, an orderly stop) or with <see cref="Lose"/> (it is gone
/// already). Safe for concurrent use.
/// </remarks>
public sealed class DeliveryLease
{
    private readonly DeliveryExecutor _executor;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _running;
    private volatile bool _closed;
    private volatile bool _lost;

    internal DeliveryLease(DeliveryExecutor executor, string name, TimeProvider time)
    {
        _executor = executor;
        _time = time;
        Name = name;
    }

    /// <summary>For logs.</summary>
    public string Name { get; }

    /// <summary>Whether settlements still count. A transport drops (and counts) a settlement without this.</summary>
    public bool CanSettle => !_lost;

    /// <summary>
    /// Ends the lease in order: no further handler starts on its deliveries, the running ones may finish and settle for at
    /// most <paramref name="drain"/>; what is left is then cancelled as in <see cref="Lose"/>.
    /// </summary>
    /// <param name="drain">Longest wait for running handlers.</param>
    /// <param name="cancellationToken">Ends the wait early.</param>
    /// <returns>A task that completes when nothing of this lease runs or can be settled any more.</returns>
    public async ValueTask RevokeAsync(TimeSpan drain, CancellationToken cancellationToken)
    {
        _closed = true;
        Interlocked.MemoryBarrier();
        if (Volatile.Read(ref _running) != 0)
        {
            try
            {
                await _ended.Task.WaitAsync(drain, _time, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
            {
                // Cancelled below.
            }
        }

        Lose();
    }

    /// <summary>Ends the lease at once: running handlers are cancelled, nothing of it is settled any more. Idempotent.</summary>
    public void Lose()
    {
        _closed = true;
        if (!_lost)
        {
            _lost = true;
            _executor.OnLost(this);
            _ended.TrySetResult(); // who waits for its handlers waits in vain: they can't settle any more
        }
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Whether no handler starts on its deliveries any more, though running ones may still settle.</summary>
    internal bool IsClosed => _closed;

    internal bool TryEnter()
    {
        Interlocked.Increment(ref _running);
        if (!_closed)
        {
            return true;
        }

        Exit();
        return false;
    }

    internal void Exit()
    {
        if (Interlocked.Decrement(ref _running) == 0 && _closed)
        {
            _ended.TrySetResult();
        }
    }
}
