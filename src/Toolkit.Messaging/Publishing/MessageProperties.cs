namespace Toolkit.Messaging;

/// <summary>What accompanies a typed message.</summary>
public sealed class MessageProperties
{
    /// <summary>Messages of one key keep their order; null for a message without a key.</summary>
    public string? Key { get; init; }

    /// <summary>Identifier that receivers can recognise duplicates by; generated where it is null.</summary>
    public string? MessageId { get; init; }

    /// <summary>The caller's headers; never changed by publishing.</summary>
    public MessageHeaders? Headers { get; init; }

    /// <summary>When the message was made; the time of publishing where it is null.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
