namespace Toolkit.Messaging;

/// <summary>A message as bytes, ready to be published.</summary>
/// <remarks>
/// Nothing of it is changed by publishing, so one instance may be published again. <see cref="Body"/> and
/// <see cref="Headers"/> must not be changed by the caller until the publish has completed (after a cancelled or timed-out
/// publish: not before the delivery time-out is over).
/// </remarks>
public sealed class OutboundMessage
{
    /// <summary>Makes a message of <paramref name="body"/>.</summary>
    /// <param name="body">The bytes to publish; may be empty.</param>
    public OutboundMessage(ReadOnlyMemory<byte> body) => Body = body;

    /// <summary>The bytes to publish; may be empty.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Messages of one key keep their order; null for a message without a key.</summary>
    public string? Key { get; init; }

    /// <summary>Identifier that receivers can recognise duplicates by; generated where it is null.</summary>
    public string? MessageId { get; init; }

    /// <summary>Media type of the body, such as <c>application/json</c>.</summary>
    public string? ContentType { get; init; }

    /// <summary>The caller's headers; never changed by publishing.</summary>
    public MessageHeaders? Headers { get; init; }

    /// <summary>When the message was made; the time of publishing where it is null.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
