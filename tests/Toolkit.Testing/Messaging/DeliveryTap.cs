using System.Collections.Concurrent;
using Toolkit.Messaging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Testing.Messaging;

/// <summary>
/// Keeps the deliveries that a transport hands to the core, so that a test can settle one when the core would not any more.
/// </summary>
public sealed class DeliveryTap
{
    /// <summary>All deliveries so far, in the order in which they came.</summary>
    public ConcurrentQueue<TransportDelivery> Deliveries { get; } = [];

    /// <summary>Stands between the transport and the core.</summary>
    public void Use(MessagingBuilder messaging) => messaging.DecorateTransport((_, inner) => new Tapped(inner, this));

    private sealed class Tapped(IMessageTransport inner, DeliveryTap tap) : IMessageTransport
    {
        public string Name => inner.Name;

        public TransportCapabilities Capabilities => inner.Capabilities;

        public TransportHealth Health => inner.Health;

        public void Send(PublishRequest request) => inner.Send(request);

        public ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken) => inner.EnsureTopicAsync(topic, cancellationToken);

        public ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken) =>
            inner.SubscribeAsync(request, new Sink(sink, tap), cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Sink(IDeliverySink inner, DeliveryTap tap) : IDeliverySink
    {
        public DeliveryLease OpenLease(string name) => inner.OpenLease(name);

        public void Deliver(ReadOnlySpan<TransportDelivery> deliveries)
        {
            foreach (var delivery in deliveries)
            {
                tap.Deliveries.Enqueue(delivery);
            }

            inner.Deliver(deliveries);
        }

        public void Fault(MessagingException error) => inner.Fault(error);
    }
}
