using System.Buffers;
using System.Diagnostics;

namespace Toolkit.Messaging;

/// <content>
/// The short way: where the transport stores during the call, nothing waits, and nobody listens to spans or metrics, a publish
/// is over before there is anything to keep a place in the window, a deadline or a cancellation for.
/// </content>
internal sealed partial class MessagePublisher
{
    // The thread's spare buffer. Taken while it is used: a converter may publish in between.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_spare;

    private bool MayGoDirectly =>
        _direct is not null && _tracker.IsClear
        && !MessagingDiagnostics.Source.HasListeners() && !MessagingDiagnostics.Unconfirmed.Enabled && !MessagingDiagnostics.Published.Enabled && !MessagingDiagnostics.PublishDuration.Enabled;

    private static ArrayBufferWriter<byte> RentBuffer()
    {
        var buffer = s_spare ?? new ArrayBufferWriter<byte>(256);
        s_spare = null;
        return buffer;
    }

    private static void ReturnBuffer(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity <= PendingPublish.LargestKeptBuffer)
        {
            buffer.ResetWrittenCount();
            s_spare = buffer;
        }
    }

    private bool TryPublishDirectly(Destination to, string id, string? key, ReadOnlyMemory<byte> body, string? contentType, MessageHeaders? headers, DateTimeOffset timestamp, out PublishReceipt receipt)
    {
        var trace = Activity.Current is { IdFormat: ActivityIdFormat.W3C } current ? current : null;
        var message = new DirectPublish(to.Name, id, key, body, contentType, headers ?? MessageHeaders.Empty, trace?.Id, trace?.TraceStateString, timestamp);
        var stored = _direct!.TryStore(message, out var partition, out var offset);
        receipt = stored ? new PublishReceipt(id, Durability.Memory, partition, offset) : default;
        return stored;
    }

    private ValueTask<PublishReceipt> PublishTypedDirectly<T>(Destination to, T message, string? key, string id, MessageHeaders? headers, DateTimeOffset? timestamp, CancellationToken cancellationToken)
    {
        var buffer = RentBuffer();
        try
        {
            _serializer.Serialize(message, buffer);
            var body = buffer.WrittenMemory;
            if (Refuse(to, body.Length, id, cancellationToken) is { } refusal)
            {
                return ValueTask.FromException<PublishReceipt>(refusal);
            }

            var time = timestamp ?? _time.GetUtcNow();
            if (TryPublishDirectly(to, id, key, body, _serializer.ContentType, headers, time, out var receipt))
            {
                return new(receipt);
            }

            var pending = _tracker.Rent();
            pending.Buffer.Write(body.Span);
            pending.Prepare(to, id, key, pending.Buffer.WrittenMemory, _serializer.ContentType, headers, time);
            return Enter(pending, cancellationToken);
        }
        catch (MessagingException exception)
        {
            return ValueTask.FromException<PublishReceipt>(exception);
        }
        finally
        {
            ReturnBuffer(buffer);
        }
    }
}
