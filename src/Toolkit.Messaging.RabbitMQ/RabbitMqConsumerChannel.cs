using RabbitMQ.Client;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>One life of a consuming channel: its lease ends with it.</summary>
internal sealed class RabbitMqConsumerChannel : AsyncDefaultBasicConsumer
{
    private readonly TransportSubscriptionRequest _request;
    private readonly IDeliverySink _sink;
    private readonly TransportDelivery[] _one = new TransportDelivery[1];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _unsettled;

    public RabbitMqConsumerChannel(IConnection connection, IChannel channel, TransportSubscriptionRequest request, IDeliverySink sink, int epoch)
        : base(channel)
    {
        Connection = connection;
        _request = request;
        _sink = sink;
        Lease = sink.OpenLease(FormattableString.Invariant($"{request.Topic}.{request.Group}#{epoch}"));
    }

    public IConnection Connection { get; }

    public DeliveryLease Lease { get; }

    /// <summary>Completes when the channel is closed or the server has cancelled the consumer.</summary>
    public Task Ended => _ended.Task;

    public int Unsettled => Volatile.Read(ref _unsettled);

    public void OnSettled() => Interlocked.Decrement(ref _unsettled);

    public void End()
    {
        Lease.Lose();
        _ended.TrySetResult();
    }

    public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _unsettled);
        var headers = properties.Headers;

        // The client gives deliveries one by one, in order, on one thread; the body's buffer is its own.
        _one[0] = new RabbitMqDelivery(this, deliveryTag)
        {
            Lease = Lease,
            Topic = _request.Topic,
            Body = body.ToArray(),
            Key = RabbitMqHeaders.ReadKey(routingKey, headers),
            MessageId = properties.MessageId,
            ContentType = properties.ContentType,
            Headers = RabbitMqHeaders.Read(headers),
            TraceParent = RabbitMqHeaders.ReadText(headers, RabbitMqHeaders.TraceParent),
            TraceState = RabbitMqHeaders.ReadText(headers, RabbitMqHeaders.TraceState),
            Timestamp = properties.IsTimestampPresent() ? DateTimeOffset.FromUnixTimeSeconds(properties.Timestamp.UnixTime) : default,
            Attempt = RabbitMqHeaders.ReadAttempt(headers, redelivered),
        };
        _sink.Deliver(_one);
        return Task.CompletedTask;
    }

    protected override Task OnCancelAsync(string[] consumerTags, CancellationToken cancellationToken = default)
    {
        _ended.TrySetResult();
        return base.OnCancelAsync(consumerTags, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, global::RabbitMQ.Client.Events.ShutdownEventArgs reason)
    {
        End();
        return base.HandleChannelShutdownAsync(channel, reason);
    }
}
