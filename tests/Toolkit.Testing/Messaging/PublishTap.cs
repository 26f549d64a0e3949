using Toolkit.Messaging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Testing.Messaging;

/// <summary>Counts what the core has given to a transport and the transport has not reported on yet.</summary>
public sealed class PublishTap
{
    private readonly Lock _gate = new();
    private int _unconfirmed;

    /// <summary>The most there were at a time.</summary>
    public int Most { get; private set; }

    /// <summary>Stands between the core and the transport.</summary>
    public void Use(MessagingBuilder messaging) => messaging.DecorateTransport((_, inner) => new Tapped(inner, this));

    private void Add(int count)
    {
        lock (_gate)
        {
            _unconfirmed += count;
            Most = Math.Max(Most, _unconfirmed);
        }
    }

    private sealed class Tapped(IMessageTransport inner, PublishTap tap) : IMessageTransport
    {
        public string Name => inner.Name;

        public TransportCapabilities Capabilities => inner.Capabilities;

        public TransportHealth Health => inner.Health;

        public void Send(PublishRequest request)
        {
            tap.Add(1);
            inner.Send(new Request(request, tap));
        }

        public ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken) => inner.EnsureTopicAsync(topic, cancellationToken);

        public ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken) =>
            inner.SubscribeAsync(request, sink, cancellationToken);

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }

    private sealed class Request : PublishRequest
    {
        private readonly PublishRequest _inner;
        private readonly PublishTap _tap;

        public Request(PublishRequest inner, PublishTap tap)
        {
            (_inner, _tap) = (inner, tap);
            (Destination, MessageId, Key, Body, ContentType) = (inner.Destination, inner.MessageId, inner.Key, inner.Body, inner.ContentType);
            (Headers, TraceParent, TraceState, Timestamp) = (inner.Headers, inner.TraceParent, inner.TraceState, inner.Timestamp);
        }

        public override bool IsAbandoned => _inner.IsAbandoned;

        public override bool TryMarkSent() => _inner.TryMarkSent();

        public override void Succeed(Durability level, int? partition = null, long? offset = null)
        {
            _tap.Add(-1); // before the core knows: it sends the next one at once
            _inner.Succeed(level, partition, offset);
        }

        public override void Fail(MessagingException error)
        {
            _tap.Add(-1);
            _inner.Fail(error);
        }
    }
}
