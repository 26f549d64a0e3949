using System.Runtime.CompilerServices;

namespace Toolkit.Messaging;

/// <summary>Publishes messages. Safe for concurrent use; one instance serves an application.</summary>
/// <remarks>
/// <para>
/// A completed publish means what <see cref="PublishReceipt.Level"/> says. It fails with a <see cref="MessagingException"/>
/// whose <see cref="MessagingException.Outcome"/> says whether the message may have been stored, at the latest when
/// <see cref="PublisherOptions.DeliveryTimeout"/> is over: through shorter outages it is held and sent again under the same
/// message id, so that receivers may see it twice.
/// </para>
/// <para>
/// Order: messages of one caller to one destination are sent in the order in which the publish calls were made, awaited or
/// not. At most <see cref="PublisherOptions.MaxUnconfirmed"/> of them are unacknowledged; further calls wait, in order.
/// </para>
/// <para>
/// Cancellation before a message was handed to the client leaves nothing behind; afterwards the message may still be stored.
/// <see cref="PublishCanceledException.Outcome"/> tells one from the other. An already cancelled token sends nothing.
/// </para>
/// </remarks>
public interface IMessagePublisher : IAsyncDisposable
{
    /// <summary>What the broker behind this publisher can do.</summary>
    TransportCapabilities Capabilities { get; }

    /// <summary>Publishes bytes.</summary>
    /// <param name="to">Topic or exchange.</param>
    /// <param name="message">The message.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The receipt. Await it once.</returns>
    /// <exception cref="MessagingException">The message was not acknowledged.</exception>
    [OverloadResolutionPriority(1)]
    ValueTask<PublishReceipt> PublishAsync(Destination to, OutboundMessage message, CancellationToken cancellationToken = default);

    /// <summary>Serialises and publishes <paramref name="message"/>.</summary>
    /// <typeparam name="T">Type known to the <see cref="IMessageSerializer"/>.</typeparam>
    /// <param name="to">Topic or exchange.</param>
    /// <param name="message">The message; serialised before the call returns.</param>
    /// <param name="key">Messages of one key keep their order; null for none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The receipt. Await it once.</returns>
    /// <exception cref="MessagingException">The message was not acknowledged.</exception>
    ValueTask<PublishReceipt> PublishAsync<T>(Destination to, T message, string? key = null, CancellationToken cancellationToken = default);

    /// <summary>Serialises and publishes <paramref name="message"/> with headers and an id of the caller's.</summary>
    /// <typeparam name="T">Type known to the <see cref="IMessageSerializer"/>.</typeparam>
    /// <param name="to">Topic or exchange.</param>
    /// <param name="message">The message; serialised before the call returns.</param>
    /// <param name="properties">Key, id, headers and time.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The receipt. Await it once.</returns>
    /// <exception cref="MessagingException">The message was not acknowledged.</exception>
    ValueTask<PublishReceipt> PublishAsync<T>(Destination to, T message, MessageProperties properties, CancellationToken cancellationToken = default);

    /// <summary>Publishes several messages, in their order, and waits for all of them.</summary>
    /// <param name="to">Topic or exchange.</param>
    /// <param name="messages">The messages; not to be changed until the call has completed.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>A receipt for each message.</returns>
    /// <exception cref="BatchPublishException">Some messages were not acknowledged; it carries the outcome of each.</exception>
    ValueTask<BatchReceipt> PublishBatchAsync(Destination to, ReadOnlyMemory<OutboundMessage> messages, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until each message whose publish was called before is acknowledged or has failed. It doesn't report failures:
    /// the publish calls do.
    /// </summary>
    /// <param name="cancellationToken">Gives up waiting; the messages stay under way.</param>
    /// <returns>A task that completes then.</returns>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}
