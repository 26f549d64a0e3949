namespace Toolkit.Messaging;

/// <summary>A subscription that is in place. Safe for concurrent use. Disposing it drains it for at most <see cref="SubscriptionOptions.DrainTimeout"/>.</summary>
public interface ISubscription : IAsyncDisposable
{
    /// <summary>What it is doing.</summary>
    SubscriptionState State { get; }

    /// <summary>Why it is <see cref="SubscriptionState.Faulted"/>, otherwise null.</summary>
    MessagingException? Error { get; }

    /// <summary>Messages that were received and not yet settled.</summary>
    int InFlight { get; }

    /// <summary>
    /// Stops fetching, finishes what was received, and leaves the group. What has not finished within <paramref name="max"/>
    /// is cancelled and given back: it is delivered again later, never settled without having been handled.
    /// </summary>
    /// <param name="max">Longest wait.</param>
    /// <param name="cancellationToken">Ends the wait early, as if <paramref name="max"/> were over.</param>
    /// <returns>A task that completes when the subscription has stopped.</returns>
    ValueTask DrainAsync(TimeSpan max, CancellationToken cancellationToken = default);

    /// <summary>Messages that the group has still to settle, in flight and waiting for a retry included; null when the broker can't be asked.</summary>
    /// <param name="cancellationToken">Gives up asking.</param>
    /// <returns>The count.</returns>
    ValueTask<long?> GetLagAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until the group has settled everything there is (its lag is 0): after a flush of the publisher, everything that
    /// was published.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A task that completes then.</returns>
    /// <exception cref="MessagingException">The subscription has faulted.</exception>
    /// <exception cref="InvalidOperationException">The subscription was stopped before.</exception>
    ValueTask CatchUpAsync(CancellationToken cancellationToken = default);
}
