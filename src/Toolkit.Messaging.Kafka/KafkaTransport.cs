using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>Kafka as the core sees it: one producer for everything that is published, one consumer for each subscription.</summary>
internal sealed class KafkaTransport : IMessageTransport
{
    // Refused credentials may be right some time later (they are being rotated): one attempt in a while is no storm.
    private static readonly TimeSpan s_retryCredentials = TimeSpan.FromSeconds(10);
    private readonly KafkaClients _clients;
    private readonly TimeProvider _time;
    private readonly KafkaHealth _health;
    private readonly KafkaTopology _topology;
    private readonly ConcurrentDictionary<KafkaSubscription, bool> _subscriptions = [];
    private readonly Lock _gate = new();
    private volatile KafkaProducer? _producer;
    private long _producerMadeAt;
    private bool _isDisposed;

    public KafkaTransport(KafkaClients clients, TimeProvider time)
    {
        _clients = clients;
        _time = time;
        _health = new KafkaHealth(time);
        _topology = new KafkaTopology(clients, _health, time);
        Capabilities = new TransportCapabilities
        {
            Durability = Durability.Replicated,
            Replay = true,
            Partitions = true,
            OrderedScaleOut = true,
            DelayedRetry = true,
            RedeliveryCount = false,
            DetectsMissingDestination = true,
            DetectsUnroutable = false,
            RoutingKeys = false,
            MaxMessageBytes = clients.Options.MaxMessageBytes,
        };
    }

    public string Name => KafkaMessagingBuilderExtensions.KafkaName;

    public TransportCapabilities Capabilities { get; }

    public TransportHealth Health => _health.Current;

    public void Send(PublishRequest request)
    {
        if (!TryGetProducer(request, out var producer))
        {
            return;
        }

        if (producer.End is { } end)
        {
            request.Fail(end);
            return;
        }

        producer.Send(request);
    }

    public async ValueTask EnsureTopicAsync(TopicSpec topic, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topic);
        await _topology.EnsureAsync(topic, cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask<ITransportSubscription> SubscribeAsync(TransportSubscriptionRequest request, IDeliverySink sink, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (var topic in (string?[])[request.Topic, request.DeadLetterTopic, KafkaSubscription.RetryTopicOf(request)])
        {
            if (topic is not null)
            {
                await _topology.EnsureAsync(new TopicSpec(topic) { Mode = request.Topology }, cancellationToken).ConfigureAwait(false);
            }
        }

        var subscription = new KafkaSubscription(_clients, _health, _topology, GetProducer, request, sink, _time, closed => _subscriptions.TryRemove(closed, out _));
        _subscriptions.TryAdd(subscription, true);
        try
        {
            await subscription.StartAsync(cancellationToken).ConfigureAwait(false);
            return subscription;
        }
        catch
        {
            await subscription.CloseAtOnceAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        _health.Close();
        await Task.WhenAll(_subscriptions.Keys.Select(static subscription => subscription.CloseAtOnceAsync().AsTask())).ConfigureAwait(false);

        // Closing a client waits for its threads.
        await Task.Run(() =>
        {
            _producer?.Dispose();
            _topology.Dispose();
        }).ConfigureAwait(false);
    }

    // What the client's library says about a setting, it says when the client is made.
    private bool TryGetProducer(PublishRequest request, [NotNullWhen(true)] out KafkaProducer? producer)
    {
        try
        {
            producer = GetProducer();
            return true;
        }
        catch (Exception exception) when (exception is KafkaException or InvalidOperationException or ArgumentException)
        {
            request.Fail(new BrokerUnavailableException($"The Kafka producer can't be made: {exception.Message} Check KafkaOptions.ConfigureProducer and ConfigureClient.", request.MessageId, exception));
            producer = null;
            return false;
        }
    }

    private KafkaProducer GetProducer() => _producer is { End: null } current ? current : Renew();

    private KafkaProducer Renew()
    {
        lock (_gate)
        {
            if (_producer is { } old && (old.End is null || _isDisposed || (old.End is AuthenticationException && _time.GetElapsedTime(_producerMadeAt) < s_retryCredentials)))
            {
                return old;
            }

            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _producerMadeAt = _time.GetTimestamp();
            return _producer = new KafkaProducer(_clients, _health);
        }
    }
}
