namespace Toolkit.Messaging;

/// <summary>Subscribes handlers. Safe for concurrent use.</summary>
public interface ISubscriber
{
    /// <summary>What the broker behind this subscriber can do.</summary>
    TransportCapabilities Capabilities { get; }

    /// <summary>
    /// Receives messages of a topic for a group and settles each after its handler. It returns when the subscription is in
    /// place: what is published from then on reaches the group.
    /// </summary>
    /// <remarks>
    /// At least once: a message is settled only after its handler has answered. A body that can't be deserialised goes to the
    /// dead-letter topic as it came.
    /// </remarks>
    /// <typeparam name="T">Type of the messages; <c>ReadOnlyMemory&lt;byte&gt;</c> for the bytes as they came.</typeparam>
    /// <param name="options">What to receive, and how; not to be changed afterwards.</param>
    /// <param name="handler">Called for each message, concurrently as far as order allows.</param>
    /// <param name="cancellationToken">Gives up subscribing; it doesn't end a subscription that is in place.</param>
    /// <returns>The subscription; disposing it drains it first.</returns>
    /// <exception cref="MessagingException">The broker can't be reached, refuses, or can't do what the options demand.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is out of its range.</exception>
    ValueTask<ISubscription> SubscribeAsync<T>(SubscriptionOptions options, Func<MessageContext<T>, CancellationToken, ValueTask<Settlement>> handler, CancellationToken cancellationToken = default);
}
