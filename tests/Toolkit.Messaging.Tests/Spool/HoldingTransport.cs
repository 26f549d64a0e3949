using System.Collections.Concurrent;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Tests.Spool;

/// <summary>A broker that takes what is sent and answers nothing, until the test does.</summary>
internal sealed class HoldingTransport(IMessageTransport inner) : IMessageTransport
{
    /// <summary>What was sent, in order.</summary>
    public ConcurrentQueue<PublishRequest> Held { get; } = [];

    public string Name => inner.Name;

    public TransportCapabilities Capabilities => inner.Capabilities;

    public TransportHealth Health { get; set; } = new(TransportStatus.Connected, "Holding.");

    public void Send(PublishRequest request)
    {
        if (request.TryMarkSent())
        {
            Held.Enqueue(request);
        }
    }

    public ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken) => inner.EnsureTopicAsync(topic, cancellationToken);

    public ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken) => inner.SubscribeAsync(request, sink, cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
