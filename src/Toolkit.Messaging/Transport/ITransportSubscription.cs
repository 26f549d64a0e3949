namespace Toolkit.Messaging.Transport;

/// <summary>A transport's side of a subscription.</summary>
public interface ITransportSubscription : IAsyncDisposable
{
    /// <summary>Stops fetching. Deliveries that are out can still be settled. Idempotent.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that completes when no further delivery will be made.</returns>
    ValueTask StopAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Messages that the group has still to settle: stored and not fetched, in flight, and waiting for a retry. Null when
    /// the broker can't be asked.
    /// </summary>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The count, 0 when the group has settled everything.</returns>
    ValueTask<long?> GetLagAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores the message so that this group alone sees it again after <paramref name="delay"/> with
    /// <see cref="TransportDelivery.Attempt"/> = <paramref name="nextAttempt"/>, and only then settles the original. Called
    /// only where <see cref="TransportCapabilities.DelayedRetry"/>.
    /// </summary>
    /// <param name="delivery">The delivery whose handling failed.</param>
    /// <param name="delay">Shortest time until it is delivered again.</param>
    /// <param name="nextAttempt">Number of the attempt to come, from 2.</param>
    /// <param name="cancellationToken">Gives up; the original stays unsettled.</param>
    /// <returns>A task that completes when both is done.</returns>
    ValueTask RetryLaterAsync(TransportDelivery delivery, TimeSpan delay, int nextAttempt, CancellationToken cancellationToken);

    // DisposeAsync (inherited) leaves the group; what is unsettled is delivered again, to another member or a later one.
}
