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
    private readonly RabbitMqSettlements _settlements;
    private readonly int _lostBefore;
    private volatile bool _stopped;

    // lostBefore: how many channels this member has lost so far, see RabbitMqHeaders.ReadAttempt.
    public RabbitMqConsumerChannel(IChannel channel, TransportSubscriptionRequest request, IDeliverySink sink, int lostBefore)
        : base(channel)
    {
        _lostBefore = lostBefore;
        _settlements = new RabbitMqSettlements(channel, _ => End());
        _request = request;
        _sink = sink;
        Lease = sink.OpenLease(FormattableString.Invariant($"{request.Topic}.{request.Group}#{lostBefore + 1}"));
    }

    public DeliveryLease Lease { get; }

    /// <summary>Completes when the channel is closed or the server has cancelled the consumer.</summary>
    public Task Ended => _ended.Task;

    public int Unsettled => _settlements.Outstanding;

    /// <summary>Whether messages depend on each other's order: then one member of the group at a time receives.</summary>
    public bool IsOrdered => _request.Ordering != Ordering.None;

    public void Complete(RabbitMqDelivery delivery)
    {
        if (!Lease.CanSettle || !_settlements.TrySettle(delivery, requeue: false))
        {
            RabbitMqDiagnostics.StaleSettlements.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", _request.Topic));
        }
    }

    public void Abandon(RabbitMqDelivery delivery)
    {
        // Where order counts none is given back alone: closing the channel returns all that is open, in its order.
        if (!IsOrdered)
        {
            _settlements.TrySettle(delivery, requeue: true);
        }
    }

    /// <summary>No further delivery is passed on; those that still come go back.</summary>
    public void Stop() => _stopped = true;

    /// <summary>Completes when all settlements so far have been handed to the client.</summary>
    public Task FlushAsync() => _settlements.FlushAsync();

    public void End()
    {
        Lease.Lose();
        _settlements.Close();
        _ended.TrySetResult();
    }

    public override Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        if (_stopped && IsOrdered)
        {
            return Task.CompletedTask; // stays open until the channel closes
        }

        var headers = properties.Headers;
        var delivery = new RabbitMqDelivery(this, deliveryTag)
        {
            Lease = Lease,
            Topic = _request.Topic,
            Body = body.ToArray(), // the buffer is the client's
            Key = RabbitMqHeaders.ReadKey(routingKey, headers),
            MessageId = properties.MessageId,
            ContentType = properties.ContentType,
            Headers = RabbitMqHeaders.Read(headers),
            TraceParent = RabbitMqHeaders.ReadText(headers, RabbitMqHeaders.TraceParent),
            TraceState = RabbitMqHeaders.ReadText(headers, RabbitMqHeaders.TraceState),
            Timestamp = RabbitMqHeaders.ReadTimestamp(properties),
            Attempt = RabbitMqHeaders.ReadAttempt(headers, redelivered, _lostBefore),
        };
        _settlements.Add(delivery);
        if (_stopped)
        {
            _settlements.TrySettle(delivery, requeue: true);
            return Task.CompletedTask;
        }

        // The client gives deliveries one by one, in order, on one thread.
        _one[0] = delivery;
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
