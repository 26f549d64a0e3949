namespace Toolkit.Messaging.Transport;

/// <summary>
/// One message on its way to the broker. A transport reads it, sends it, and reports the result exactly once with
/// <see cref="Succeed"/> or <see cref="Fail"/>; after that call it must not touch the request again (instances are reused).
/// </summary>
/// <remarks>
/// The caller may give up meanwhile (deadline, cancellation). Then <see cref="IsAbandoned"/> turns true, reports are ignored,
/// and the transport should drop the request, above all not send it again after a reconnect.
/// </remarks>
public abstract class PublishRequest
{
    /// <summary>Topic or exchange.</summary>
    public Destination Destination { get; protected set; }

    /// <summary>Identifier; the same when the message is sent again.</summary>
    public string MessageId { get; protected set; } = string.Empty;

    /// <summary>Key that decides about partition and order; null for none.</summary>
    public string? Key { get; protected set; }

    /// <summary>The bytes; valid until the result is reported or the request is abandoned.</summary>
    public ReadOnlyMemory<byte> Body { get; protected set; }

    /// <summary>Media type of the body.</summary>
    public string? ContentType { get; protected set; }

    /// <summary>The caller's headers, never to be changed: copy them into the client's own form.</summary>
    public MessageHeaders Headers { get; protected set; } = MessageHeaders.Empty;

    /// <summary>W3C <c>traceparent</c>, to be sent as a header of that name; null when nothing is traced.</summary>
    public string? TraceParent { get; protected set; }

    /// <summary>W3C <c>tracestate</c>, to be sent as a header of that name; null for none.</summary>
    public string? TraceState { get; protected set; }

    /// <summary>When the message was made.</summary>
    public DateTimeOffset Timestamp { get; protected set; }

    /// <summary>The transport's own note (a delivery tag, a sequence number).</summary>
    public long TransportTag { get; set; }

    /// <summary>Whether the caller has given up: don't send it (again).</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>
    /// To be called right before the message is handed to the client: from here on the broker may store it. False when the
    /// caller has given up already: then the message must not be sent.
    /// </summary>
    /// <returns>Whether the message is to be sent. True again when it is called again for a repeated send.</returns>
    public abstract bool TryMarkSent();

    /// <summary>Reports that the broker has acknowledged the message.</summary>
    /// <param name="level">What the acknowledgement stands for.</param>
    /// <param name="partition">Partition, where there is one.</param>
    /// <param name="offset">Offset, where there is one.</param>
    public abstract void Succeed(Durability level, int? partition = null, long? offset = null);

    /// <summary>Reports that the message was not acknowledged.</summary>
    /// <param name="error">A <see cref="MessagingException"/> with an honest <see cref="MessagingException.Outcome"/>.</param>
    public abstract void Fail(MessagingException error);
}
