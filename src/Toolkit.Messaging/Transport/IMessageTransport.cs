namespace Toolkit.Messaging.Transport;

/// <summary>
/// What a provider implements. Window, deadline, cancellation, serialisation, lanes, concurrency, retry policy, dead-letter,
/// tracing and metrics are the core's; a transport moves bytes, keeps order, and tells the truth about acknowledgements.
/// </summary>
/// <remarks>
/// All members are safe for concurrent use. A transport connects when it is first used and reconnects by itself; wrong
/// credentials are not tried again but fail what is waiting. Credentials never appear in a text that leaves the transport.
/// </remarks>
public interface IMessageTransport : IAsyncDisposable
{
    /// <summary>Short name for logs, metrics and configuration: <c>memory</c>, <c>kafka</c>, <c>rabbitmq</c>.</summary>
    string Name { get; }

    /// <summary>What this transport can do. Settings that demand more are refused at start-up by the core.</summary>
    TransportCapabilities Capabilities { get; }

    /// <summary>The state of the connections that are in use. Reading it opens none.</summary>
    TransportHealth Health { get; }

    /// <summary>
    /// Sends a message. Called in order for each destination and caller, with at most
    /// <see cref="PublisherOptions.MaxUnconfirmed"/> requests unreported. It must not block and not throw: errors go through
    /// <see cref="PublishRequest.Fail"/>, now or later. While the broker is away the request is kept, in order, and sent
    /// when it is back, unless it was abandoned meanwhile.
    /// </summary>
    /// <param name="request">The message.</param>
    void Send(PublishRequest request);

    /// <summary>Makes sure that a topic exists as described, according to <see cref="TopicSpec.Mode"/>.</summary>
    /// <param name="topic">The topic (Kafka), exchange (RabbitMQ).</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A task that completes when it is so.</returns>
    /// <exception cref="TopologyMismatchException">The broker has it otherwise.</exception>
    ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken);

    /// <summary>
    /// Joins a group and delivers its messages to <paramref name="sink"/>. It returns when the subscription is in place: what
    /// is published from then on reaches the group.
    /// </summary>
    /// <param name="request">Topic, group and limits.</param>
    /// <param name="sink">Where deliveries go.</param>
    /// <param name="cancellationToken">Gives up joining.</param>
    /// <returns>The subscription.</returns>
    /// <exception cref="MessagingException">The broker refuses, or the topology differs.</exception>
    ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken);
}
