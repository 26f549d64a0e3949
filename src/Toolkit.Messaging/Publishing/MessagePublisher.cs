using System.Diagnostics;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging;

internal sealed partial class MessagePublisher : IMessagePublisher
{
    private readonly IMessageTransport _transport;
    private readonly IDirectTransport? _direct;
    private readonly IMessageSerializer _serializer;
    private readonly TimeProvider _time;
    private readonly PublishTracker _tracker;
    private readonly MessageIds _ids = new();
    private readonly KeyValuePair<string, object?> _system;
    private int _disposed;

    public MessagePublisher(IMessageTransport transport, IMessageSerializer serializer, PublisherOptions options, TimeProvider time)
    {
        options.Validate();
        _transport = transport;
        _direct = transport as IDirectTransport;
        _serializer = serializer;
        _time = time;
        _system = new(MessagingDiagnostics.TagTransport, transport.Name);
        _tracker = new PublishTracker(transport, options, time, Report);
    }

    public TransportCapabilities Capabilities => _transport.Capabilities;

    internal PublishTracker Tracker => _tracker;

    public ValueTask<PublishReceipt> PublishAsync(Destination to, OutboundMessage message, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        Check(to);
        var id = message.MessageId ?? _ids.Next();
        if (Refuse(to, message.Body.Length, id, cancellationToken) is { } refusal)
        {
            return ValueTask.FromException<PublishReceipt>(refusal);
        }

        var timestamp = message.Timestamp ?? _time.GetUtcNow();
        if (MayGoDirectly && TryPublishDirectly(to, id, message.Key, message.Body, message.ContentType, message.Headers, timestamp, out var receipt))
        {
            return new(receipt);
        }

        var pending = _tracker.Rent();
        pending.Prepare(to, id, message.Key, message.Body, message.ContentType, message.Headers, timestamp);
        return Enter(pending, cancellationToken);
    }

    public ValueTask<PublishReceipt> PublishAsync<T>(Destination to, T message, string? key = null, CancellationToken cancellationToken = default) =>
        PublishTyped(to, message, key, null, null, null, cancellationToken);

    public ValueTask<PublishReceipt> PublishAsync<T>(Destination to, T message, MessageProperties properties, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(properties);
        return PublishTyped(to, message, properties.Key, properties.MessageId, properties.Headers, properties.Timestamp, cancellationToken);
    }

    public async ValueTask<BatchReceipt> PublishBatchAsync(Destination to, ReadOnlyMemory<OutboundMessage> messages, CancellationToken cancellationToken = default)
    {
        foreach (var message in messages.Span)
        {
            ArgumentNullException.ThrowIfNull(message, nameof(messages)); // before any of them is sent
        }

        // Sent one after the other, waited for together; each is awaited once, below.
#pragma warning disable CA2012
        var tasks = new ValueTask<PublishReceipt>[messages.Length];
        for (var i = 0; i < tasks.Length; i++)
        {
            try
            {
                tasks[i] = PublishAsync(to, messages.Span[i], cancellationToken);
            }
            catch (ObjectDisposedException exception) when (i > 0)
            {
                tasks[i] = ValueTask.FromException<PublishReceipt>(exception); // closed in between: the others have their own ends
            }
        }
#pragma warning restore CA2012

        var receipts = new PublishReceipt?[tasks.Length];
        var errors = new Exception?[tasks.Length];
        var failed = false;
        for (var i = 0; i < tasks.Length; i++)
        {
            try
            {
                receipts[i] = await tasks[i].ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                errors[i] = exception;
                failed = true;
            }
        }

        var receipt = new BatchReceipt(receipts, errors);
        return failed ? throw new BatchPublishException(to, receipt) : receipt;
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken = default) => new(_tracker.FlushAsync().WaitAsync(cancellationToken));

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        // Closing loses nothing: what is under way ends by itself, by its deadline at the latest.
        _tracker.Close();
        await _tracker.FlushAsync().ConfigureAwait(false);
        _tracker.Dispose();
    }

    private static void Check(Destination to)
    {
        if (string.IsNullOrEmpty(to.Name))
        {
            throw new ArgumentException("The destination has no name.", nameof(to));
        }
    }

    private ValueTask<PublishReceipt> PublishTyped<T>(Destination to, T message, string? key, string? id, MessageHeaders? headers, DateTimeOffset? timestamp, CancellationToken cancellationToken)
    {
        if (message is OutboundMessage)
        {
            throw new ArgumentException("An OutboundMessage carries its own key and headers: call the overload without them.", nameof(message));
        }

        Check(to);
        id ??= _ids.Next();
        if (MayGoDirectly)
        {
            return PublishTypedDirectly(to, message, key, id, headers, timestamp, cancellationToken);
        }

        var pending = _tracker.Rent();
        try
        {
            _serializer.Serialize(message, pending.Buffer);
        }
        catch (MessagingException exception)
        {
            pending.Discard();
            return ValueTask.FromException<PublishReceipt>(exception);
        }

        var body = pending.Buffer.WrittenMemory;
        if (Refuse(to, body.Length, id, cancellationToken) is { } refusal)
        {
            pending.Discard();
            return ValueTask.FromException<PublishReceipt>(refusal);
        }

        pending.Prepare(to, id, key, body, _serializer.ContentType, headers, timestamp ?? _time.GetUtcNow());
        return Enter(pending, cancellationToken);
    }

    private Exception? Refuse(Destination to, int length, string id, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return new PublishCanceledException(DeliveryOutcome.NotSent, id, cancellationToken);
        }

        if (_transport.Capabilities.MaxMessageBytes is { } max && length > max)
        {
            return new MessageTooLargeException(FormattableString.Invariant($"Message {id} to {to} has {length} bytes; {_transport.Name} takes at most {max}."), id);
        }

        return to.RoutingKey is not null && !_transport.Capabilities.RoutingKeys
            ? new CapabilityNotSupportedException($"Destination.RoutingKey is set ({to}), but {_transport.Name} has no routing keys.", id)
            : null;
    }

    private ValueTask<PublishReceipt> Enter(PendingPublish pending, CancellationToken cancellationToken)
    {
        var current = Activity.Current;
        var own = MessagingDiagnostics.Source.HasListeners() ? StartActivity(pending) : null;
        pending.SetTrace(own, current);
        if (own is not null)
        {
            // It ends with the acknowledgement; what the caller does meanwhile is not part of it.
            Activity.Current = current;
        }

        if (MessagingDiagnostics.Unconfirmed.Enabled)
        {
            MessagingDiagnostics.Unconfirmed.Add(1, _system);
        }

        pending.Register(cancellationToken);
        var task = pending.Task;
        if (_tracker.TryEnter(pending) || !pending.Discard())
        {
            return task;
        }

        own?.SetStatus(ActivityStatusCode.Error, "closed").Stop();
        Count(pending, "closed");
        throw new ObjectDisposedException(nameof(IMessagePublisher), "The publisher is closed.");
    }

    private Activity? StartActivity(PendingPublish pending)
    {
        var activity = MessagingDiagnostics.Source.StartActivity($"publish {pending.Destination.Name}", ActivityKind.Producer);
        activity?.SetTag(MessagingDiagnostics.TagTransport, _transport.Name)
            .SetTag(MessagingDiagnostics.TagDestination, pending.Destination.Name)
            .SetTag("messaging.operation.type", "send")
            .SetTag("messaging.message.id", pending.MessageId)
            .SetTag("messaging.message.body.size", pending.Body.Length);
        return activity;
    }

    private void Report(PendingPublish pending, Exception? error)
    {
        var outcome = error switch
        {
            null => "acknowledged",
            PublishCanceledException => "canceled",
            PublishTimeoutException => "timeout",
            MessagingException { Outcome: DeliveryOutcome.Rejected } => "rejected",
            _ => "failed",
        };
        if (pending.Activity is { } activity)
        {
            if (error is not null)
            {
                activity.SetStatus(ActivityStatusCode.Error, outcome).SetTag("error.type", error.GetType().Name);
            }

            activity.Stop();
        }

        Count(pending, outcome);
    }

    private void Count(PendingPublish pending, string outcome)
    {
        if (MessagingDiagnostics.Unconfirmed.Enabled)
        {
            MessagingDiagnostics.Unconfirmed.Add(-1, _system);
        }

        if (MessagingDiagnostics.Published.Enabled)
        {
            MessagingDiagnostics.Published.Add(1, _system, new(MessagingDiagnostics.TagDestination, pending.Destination.Name), new(MessagingDiagnostics.TagOutcome, outcome));
        }

        if (MessagingDiagnostics.PublishDuration.Enabled && pending.StartedAt != 0)
        {
            MessagingDiagnostics.PublishDuration.Record(_time.GetElapsedTime(pending.StartedAt).TotalSeconds, _system, new(MessagingDiagnostics.TagDestination, pending.Destination.Name));
        }
    }
}
