namespace Toolkit.Messaging;

/// <summary>
/// Starts and stops the topics and subscriptions that were registered. A host does it by itself; without a host, call
/// <see cref="StartAsync"/>.
/// </summary>
public interface IMessagingRuntime : IAsyncDisposable
{
    /// <summary>The registered subscriptions that are in place, in the order of their registration.</summary>
    IReadOnlyList<ISubscription> Subscriptions { get; }

    /// <summary>Makes sure of the topics and starts the subscriptions; what fails stops what had been started. Idempotent.</summary>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>A task that completes when all are in place.</returns>
    /// <exception cref="MessagingException">A topic or subscription is refused.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);

    /// <summary>Drains all subscriptions side by side, then flushes the publisher. Idempotent.</summary>
    /// <param name="cancellationToken">Ends the wait for running handlers.</param>
    /// <returns>A task that completes when all have stopped.</returns>
    Task StopAsync(CancellationToken cancellationToken = default);
}
