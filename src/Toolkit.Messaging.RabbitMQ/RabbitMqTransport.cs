using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>Two connections, because a server that slows publishers down must not slow consumers down; an outbox for each exchange.</summary>
internal sealed class RabbitMqTransport : IMessageTransport
{
    // The server closes a channel whose consumer holds a message for longer (consumer_timeout).
    private static readonly TimeSpan s_consumerTimeout = TimeSpan.FromMinutes(30);

    private readonly RabbitMqOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RabbitMqLink _publishing;
    private readonly ConcurrentDictionary<string, Lazy<RabbitMqOutbox>> _outboxes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<RabbitMqSubscription, bool> _subscriptions = new();
    private int _disposed;

    public RabbitMqTransport(RabbitMqOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        _options = options;
        _time = time;
        _logger = loggers.CreateLogger("Toolkit.Messaging.RabbitMQ");
        _publishing = new RabbitMqLink("publish", options, time, _logger);
        Consuming = new RabbitMqLink("consume", options, time, _logger);
        Topology = new RabbitMqTopology(Consuming, options, time);
        Capabilities = new TransportCapabilities
        {
            Durability = options.QueueType == RabbitMqQueueType.Quorum ? Durability.Replicated : Durability.Broker,
            Replay = false,
            Partitions = false,
            OrderedScaleOut = false,
            DelayedRetry = true,
            RedeliveryCount = options.QueueType == RabbitMqQueueType.Quorum,
            DetectsMissingDestination = true,
            DetectsUnroutable = true,
            RoutingKeys = true,
            MaxMessageBytes = options.MaxMessageBytes,
        };
    }

    public string Name => RabbitMqMessagingBuilderExtensions.TransportName;

    public TransportCapabilities Capabilities { get; }

    public RabbitMqLink Consuming { get; }

    public RabbitMqTopology Topology { get; }

    /// <summary>The worse of the two connections; one that nobody uses doesn't count.</summary>
    public TransportHealth Health
    {
        get
        {
            var publishing = _publishing.Health;
            var consuming = Consuming.Health;
            return (publishing.Status >= consuming.Status || _subscriptions.IsEmpty) && publishing.Status != TransportStatus.Idle ? publishing : consuming;
        }
    }

    public void Send(PublishRequest request)
    {
        if (RabbitMqLimits.Check(request) is { } refusal)
        {
            request.Fail(refusal);
            return;
        }

        Outbox(request.Destination.Name).Send(request);
    }

    public async Task SendToQueueAsync(RabbitMqRetryRequest request, CancellationToken cancellationToken)
    {
        Outbox(string.Empty).Send(request);
        try
        {
            await request.Done.WaitAsync(_options.RequestTimeout * 3, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            request.Abandon();
            throw new PublishTimeoutException($"The retry of message {request.MessageId} was not confirmed in time.", request.MessageId);
        }
    }

    public ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return Topology.EnsureExchangeAsync(topic, cancellationToken);
    }

    public async ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.MaxHandlerDuration >= s_consumerTimeout)
        {
            throw new CapabilityNotSupportedException($"SubscriptionOptions.MaxHandlerDuration is {request.MaxHandlerDuration} for {request.Topic}/{request.Group}, but RabbitMQ takes a message back after 30 minutes (consumer_timeout): set it lower.");
        }

        var subscription = new RabbitMqSubscription(this, request, sink, _options, _time, _logger);
        _subscriptions[subscription] = true;
        try
        {
            await subscription.StartAsync(cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Forget(RabbitMqSubscription subscription) => _subscriptions.TryRemove(subscription, out _);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Side by side: on a connection that is half open each waits for its own time-outs.
        await Task.WhenAll(_subscriptions.Keys.Select(static subscription => subscription.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Task.WhenAll(_outboxes.Values.Select(static outbox => outbox.Value.DisposeAsync().AsTask())).ConfigureAwait(false);
        await Consuming.DisposeAsync().ConfigureAwait(false);
        await _publishing.DisposeAsync().ConfigureAwait(false);
    }

    private RabbitMqOutbox Outbox(string exchange) =>
        _outboxes.GetOrAdd(exchange, static (name, self) => new Lazy<RabbitMqOutbox>(() => new RabbitMqOutbox(name, self._publishing, self._options, self.Capabilities.Durability, self._time, self._logger)), this).Value;
}
