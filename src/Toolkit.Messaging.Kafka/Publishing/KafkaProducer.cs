using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>
/// One life of the client's producer. It ends when it is disposed, when the broker refuses its credentials, or with a fatal
/// error of the idempotent protocol; everything it still has is then reported at once.
/// </summary>
internal sealed class KafkaProducer : IDisposable
{
    private const int MaxKeptBody = 16 * 1024;

    [ThreadStatic]
    private static Message<byte[]?, byte[]>? t_message;

    [ThreadStatic]
    private static byte[]? t_body;

    private readonly KafkaClients _clients;
    private readonly KafkaHealth _health;
    private readonly IProducer<byte[]?, byte[]> _producer;
    private readonly ConcurrentQueue<PendingProduce> _idle = new();
    private readonly ConcurrentBag<PendingProduce> _all = [];
    private readonly KafkaAdmin _questions;
    private volatile MessagingException? _end;
    private int _isDisposed;
    private bool _hasAcknowledged;

    public KafkaProducer(KafkaClients clients, KafkaHealth health)
    {
        _clients = clients;
        _health = health;
        _producer = new ProducerBuilder<byte[]?, byte[]>(clients.ForProducer())
            .SetKeySerializer(Serializers.ByteArray)
            .SetValueSerializer(Serializers.ByteArray)
            .SetStatisticsHandler(clients.RestoreBrokers)
            .SetErrorHandler((_, error) => OnError(error))
            .SetLogHandler((_, message) => KafkaLog.Client(clients.Logger, message))
            .Build();
        _questions = new KafkaAdmin(() => new DependentAdminClientBuilder(_producer.Handle).Build(), CloseProducer);
        health.Probe = _questions.ProbeAsync;
    }

    /// <summary>Why this producer takes no more messages; null while it does.</summary>
    public MessagingException? End => _end;

    public void Send(PublishRequest request)
    {
        if (!request.TryMarkSent())
        {
            return;
        }

        // The client copies everything before Produce returns: message and body can be used again by the next call here.
        var message = t_message ??= new Message<byte[]?, byte[]>();
        message.Key = request.Key is { } key ? Encoding.UTF8.GetBytes(key) : null;
        message.Value = BodyOf(request.Body);
        message.Headers = KafkaHeaders.Create(request);
        message.Timestamp = new Timestamp(request.Timestamp);
        var pending = Rent();
        pending.Set(request);
        try
        {
            _producer.Produce(request.Destination.Name, message, pending.Handler);
        }
        catch (Exception exception) when (exception is ProduceException<byte[]?, byte[]> or KafkaException or ObjectDisposedException)
        {
            var error = exception is KafkaException kafka ? kafka.Error : new Error(ErrorCode.Local_Destroy, "the producer was closed");
            if (pending.Take() is { } mine)
            {
                mine.Fail(_end ?? KafkaErrors.ForPublish(error, PersistenceStatus.NotPersisted, mine.Destination.Name, mine.MessageId));
            }

            Return(pending);
            return;
        }

        // The end came while the message was handed over: who swept may have missed it.
        if (_end is { } end && pending.Take() is { } late)
        {
            late.Fail(end);
        }
    }

    /// <summary>Stores a message of the package's own (a retry) and returns when it is acknowledged.</summary>
    public async Task SendAsync(string topic, Message<byte[]?, byte[]> message, CancellationToken cancellationToken)
    {
        if (_end is { } end)
        {
            throw end;
        }

        try
        {
            await _producer.ProduceAsync(topic, message, cancellationToken).ConfigureAwait(false);
        }
        catch (ProduceException<byte[]?, byte[]> exception)
        {
            throw KafkaErrors.ForPublish(exception.Error, exception.DeliveryResult.Status, topic, null);
        }
        catch (Exception exception) when (exception is KafkaException or ObjectDisposedException)
        {
            throw _end ?? new BrokerUnavailableException($"A message to topic {topic} was not sent: {exception.Message}", null, exception);
        }
    }

    public void Report(PublishRequest request, DeliveryReport<byte[]?, byte[]> report)
    {
        if (!report.Error.IsError)
        {
            _hasAcknowledged = true;
            _health.OnSuccess();
            request.Succeed(Durability.Replicated, report.Partition.Value, report.Offset.Value);
            return;
        }

        if (report.Error.IsFatal)
        {
            EndWith(report.Error);
        }

        if (report.Error.Code == ErrorCode.Local_Destroy && _end is null)
        {
            request.Fail(new BrokerUnavailableException($"Message {request.MessageId} to topic {request.Destination.Name} was not sent: its partition is gone, as when a topic is deleted. Publish it again to learn more.", request.MessageId));
            return;
        }

        request.Fail(KafkaErrors.ForPublish(report.Error, report.Status, request.Destination.Name, request.MessageId));
    }

    public void Return(PendingProduce pending) => _idle.Enqueue(pending);

    public void Dispose() => Close(new BrokerUnavailableException("The messaging transport was closed.", DeliveryOutcome.Unknown, null, null));

    private static byte[] BodyOf(ReadOnlyMemory<byte> body)
    {
        if (MemoryMarshal.TryGetArray(body, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length)
        {
            return segment.Array;
        }

        // Bodies of one kind often have one length. A large one is not kept for it.
        if (t_body is not { } array || array.Length != body.Length)
        {
            array = new byte[body.Length];
            t_body = body.Length <= MaxKeptBody ? array : t_body;
        }

        body.CopyTo(array);
        return array;
    }

    private PendingProduce Rent()
    {
        if (_idle.TryDequeue(out var pending))
        {
            return pending;
        }

        pending = new PendingProduce(this);
        _all.Add(pending);
        return pending;
    }

    private void OnError(Error error)
    {
        if (KafkaErrors.IsAuthentication(error) || error.IsFatal)
        {
            EndWith(error);
            return;
        }

        KafkaLog.ClientError(_clients.Logger, error.Code, error.Reason);
        _health.OnError(error);
    }

    private void EndWith(Error error)
    {
        if (_end is not null)
        {
            return;
        }

        KafkaLog.ProducerEnded(_clients.Logger, error.Code, error.Reason);
        if (KafkaErrors.IsAuthentication(error))
        {
            _health.OnAuthenticationFailed();
        }

        // Not on this thread: it is the client's own, and closing waits for it.
        MessagingException end = KafkaErrors.IsAuthentication(error)
            ? KafkaErrors.Authentication(_hasAcknowledged ? DeliveryOutcome.Unknown : DeliveryOutcome.NotSent)
            : new BrokerUnavailableException($"The Kafka producer ended: {error.Reason}", DeliveryOutcome.Unknown, null, null);
        _end = end;
        _ = Task.Run(() => Close(end));
    }

    private void Close(MessagingException reason)
    {
        _end ??= reason;
        if (Interlocked.Exchange(ref _isDisposed, 1) == 1)
        {
            return;
        }

        Sweep();
        _questions.Dispose();
    }

    // With the last answer to a question over the producer's connections.
    private void CloseProducer()
    {
        _producer.Dispose();
        Sweep();
    }

    private void Sweep()
    {
        foreach (var pending in _all)
        {
            pending.Take()?.Fail(_end!);
        }
    }
}
