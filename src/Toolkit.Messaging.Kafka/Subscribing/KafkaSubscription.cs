using System.Globalization;
using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>
/// A member of a consumer group. One thread of its own polls, and is the only one to touch the consumer's assignment; handlers
/// run elsewhere and settle into trackers, which the polling thread turns into positions.
/// </summary>
internal sealed partial class KafkaSubscription : ITransportSubscription
{
    private readonly KafkaClients _clients;
    private readonly KafkaHealth _health;
    private readonly KafkaTopology _topology;
    private readonly Func<KafkaProducer> _producer;
    private readonly TransportSubscriptionRequest _request;
    private readonly IDeliverySink _sink;
    private readonly TimeProvider _time;
    private readonly Action<KafkaSubscription> _closed;
    private readonly string? _retryTopic;
    private readonly IConsumer<byte[]?, byte[]?> _consumer;
    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _room = new();
    private Dictionary<TopicPartition, PartitionAssignment> _assignments = [];
    private int _inFlight;
    private int _epoch;
    private int _isLooking;
    private volatile bool _isStopping;
    private volatile bool _isClosing;

    public KafkaSubscription(KafkaClients clients, KafkaHealth health, KafkaTopology topology, Func<KafkaProducer> producer, TransportSubscriptionRequest request, IDeliverySink sink, TimeProvider time, Action<KafkaSubscription> closed)
    {
        (_clients, _health, _topology, _producer, _request, _sink, _time, _closed) = (clients, health, topology, producer, request, sink, time, closed);
        _retryTopic = RetryTopicOf(request);
        _consumer = new ConsumerBuilder<byte[]?, byte[]?>(clients.ForConsumer(request.Group, request.DrainTimeout))
            .SetKeyDeserializer(Deserializers.ByteArray)
            .SetValueDeserializer(Deserializers.ByteArray)
            .SetStatisticsHandler(clients.RestoreBrokers)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => KafkaLog.Client(clients.Logger, message))
            .SetPartitionsAssignedHandler((_, partitions) => OnAssigned(partitions))
            .SetPartitionsRevokedHandler((_, partitions) => OnRevoked(partitions))
            .SetPartitionsLostHandler((_, partitions) => OnLost(partitions))
            .SetOffsetsCommittedHandler((_, offsets) => OnCommitted(offsets))
            .Build();
    }

    /// <summary>
    /// Where a group's failed messages wait for their next attempt: only where no order is demanded, because a message that
    /// waits elsewhere is overtaken.
    /// </summary>
    public static string? RetryTopicOf(TransportSubscriptionRequest request) =>
        request.Ordering == Ordering.None ? $"{request.Topic}.{request.Group}.retry" : null;

    /// <summary>Starts to poll and returns when the group has given this member its partitions (or none of them).</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var thread = new Thread(Run) { IsBackground = true, Name = $"kafka {_request.Group}/{_request.Topic}" };
        thread.Start();
        try
        {
            await _joined.Task.WaitAsync(_clients.Options.JoinTimeout, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (_request.Start != StartPosition.Latest)
        {
            // The broker is slow, or another member drains: nothing is missed meanwhile, because the group starts from the oldest.
        }
        catch (TimeoutException)
        {
            throw new BrokerUnavailableException(string.Create(CultureInfo.InvariantCulture, $"Group {_request.Group} did not give out the partitions of {_request.Topic} within KafkaOptions.JoinTimeout ({_clients.Options.JoinTimeout.TotalSeconds} s)."));
        }
    }

    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        _room.Set();
        await _stopped.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _isStopping = true;
        _isClosing = true;
        _room.Set();
        try
        {
            await _ended.Task.WaitAsync(_clients.Options.RequestTimeout * 2, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // While the brokers are away, the client waits with its last commit as long as the session lasts. Nothing is lost by
            // not waiting with it: its thread ends by itself, and what is not committed is delivered again.
            KafkaLog.LeavingLate(_clients.Logger, _request.Group);
        }

        _closed(this);
    }

    /// <summary>Ends every lease without waiting for handlers, then leaves the group.</summary>
    public async ValueTask CloseAtOnceAsync()
    {
        foreach (var assignment in Volatile.Read(ref _assignments).Values)
        {
            assignment.Lease.Lose();
        }

        await DisposeAsync().ConfigureAwait(false);
    }

    public void OnSettled()
    {
        if (Interlocked.Decrement(ref _inFlight) <= _request.MaxInFlight - RoomWorthWaking && !_room.IsSet)
        {
            _room.Set();
        }
    }

    public void OnStale() =>
        KafkaDiagnostics.StaleSettlements.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", _request.Topic));

    private void OnError(Error error)
    {
        KafkaLog.ClientError(_clients.Logger, error.Code, error.Reason);
        _health.OnError(error);
        if (KafkaErrors.IsAuthentication(error))
        {
            _health.OnAuthenticationFailed();
            End(KafkaErrors.Authentication());
        }
        else if (error.IsFatal)
        {
            End(KafkaErrors.ForRequest(error, $"Subscription of {_request.Group} to {_request.Topic}"));
        }
        else
        {
            LookForTopic(error);
        }
    }

    // The client says so of a new topic too that one broker has not heard of yet: so ask the cluster before giving up.
    private void LookForTopic(Error error)
    {
        if (error.Code is ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownTopic && Interlocked.Exchange(ref _isLooking, 1) == 0)
        {
            _ = LookForTopicAsync();
        }
    }

    private async Task LookForTopicAsync()
    {
        try
        {
            await _topology.EnsureAsync(new TopicSpec(_request.Topic) { Mode = TopologyMode.Verify }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (DestinationNotFoundException)
        {
            End(new DestinationNotFoundException($"Topic {_request.Topic}, to which group {_request.Group} is subscribed, does not exist any more.", DeliveryOutcome.NotSent, null, null));
        }
        catch (Exception error) when (error is MessagingException or ObjectDisposedException)
        {
            // Not known; the client asks again.
        }
        finally
        {
            Volatile.Write(ref _isLooking, 0);
        }
    }

    /// <summary>It can't go on: whoever still waits for it to begin learns why, or else the application does.</summary>
    private void End(MessagingException error)
    {
        if (!_joined.TrySetException(error))
        {
            _sink.Fault(error);
        }

        _isClosing = true;
    }
}
