using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed class Subscriber(IMessageTransport transport, IMessagePublisher publisher, IMessageSerializer serializer, MessagingOptions messaging, TimeProvider time, ILogger<ISubscriber> logger) : ISubscriber
{
    public TransportCapabilities Capabilities => transport.Capabilities;

    public async ValueTask<ISubscription> SubscribeAsync<T>(SubscriptionOptions options, Func<MessageContext<T>, CancellationToken, ValueTask<Settlement>> handler, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(handler);
        options.Validate();
        if (options.Start == StartPosition.Earliest && !Capabilities.Replay)
        {
            throw new CapabilityNotSupportedException($"SubscriptionOptions.Start is Earliest for {options.Topic}/{options.Group}, but {transport.Name} does not keep messages for groups to come: use Default or Latest.");
        }

        var processor = new HandlerProcessor<T>(options, transport, serializer, new DeadLetterWriter(publisher, options, time), handler, time, logger);
        var subscription = new Subscription(options, processor, time, logger);
        try
        {
            await subscription.StartAsync(transport, Request(options), cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private TransportSubscriptionRequest Request(SubscriptionOptions options) => new()
    {
        Topic = options.Topic,
        Group = options.Group,
        Ordering = options.Ordering,
        MaxInFlight = options.MaxInFlight,
        MaxUncommittedGap = options.MaxUncommittedGap,
        Start = options.Start,
        MaxHandlerDuration = options.MaxHandlerDuration,
        DrainTimeout = options.DrainTimeout,
        DeadLetterTopic = options.DeadLetter.Enabled ? options.DeadLetterTopic : null,
        DeadLetterGroup = options.DeadLetter.Enabled ? options.DeadLetter.Group : null,
        Topology = messaging.Topology,
    };
}
