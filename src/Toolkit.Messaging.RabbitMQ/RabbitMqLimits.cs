using System.Text;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// Refuses what AMQP can't carry before it is sent: on the wire it would end the channel or the whole connection, and everything
/// that is in flight there.
/// </summary>
internal static class RabbitMqLimits
{
    private const int MaxShortString = 255;

    // Properties and headers of a message must fit in one frame: 128 KiB is what the server offers, the rest is for the others.
    private const int MaxHeaderBytes = (128 * 1024) - 4096;
    private const int PerHeader = 8;

    public static MessagingException? Check(PublishRequest request)
    {
        if (Find(request) is { } name)
        {
            return new MessageTooLargeException(FormattableString.Invariant($"{name} of message {Shorten(request.MessageId)} to {Shorten(request.Destination.ToString())} has more than {MaxShortString} bytes, the most that AMQP carries."), request.MessageId);
        }

        if (request.Headers.Count == 0 && request.TraceState is null && request.Key is not { Length: > MaxShortString })
        {
            return null;
        }

        // UTF-16 units times three are an upper bound of UTF-8 bytes.
        var bytes = (3 * (request.Key?.Length ?? 0)) + (3 * (request.TraceState?.Length ?? 0));
        foreach (var header in request.Headers)
        {
            if (header.Name.StartsWith(RabbitMqHeaders.ReservedPrefix, StringComparison.Ordinal))
            {
                return new CapabilityNotSupportedException($"Header {Shorten(header.Name)} of message {request.MessageId} to {request.Destination}: names that begin with {RabbitMqHeaders.ReservedPrefix} are the transport's own.", request.MessageId);
            }

            bytes += (3 * header.Name.Length) + header.Value.Length + PerHeader;
        }

        return bytes <= MaxHeaderBytes
            ? null
            : new MessageTooLargeException(FormattableString.Invariant($"Key and headers of message {request.MessageId} to {request.Destination} have about {bytes} bytes; they must fit in one AMQP frame ({MaxHeaderBytes} bytes)."), request.MessageId);
    }

    private static string? Find(PublishRequest request)
    {
        if (IsTooLong(request.MessageId))
        {
            return nameof(request.MessageId);
        }

        if (IsTooLong(request.ContentType))
        {
            return nameof(request.ContentType);
        }

        if (IsTooLong(request.Destination.Name) || IsTooLong(request.Destination.RoutingKey))
        {
            return nameof(request.Destination);
        }

        foreach (var header in request.Headers)
        {
            if (IsTooLong(header.Name))
            {
                return "A header's name";
            }
        }

        return null;
    }

    private static bool IsTooLong(string? text) =>
        text is { Length: > MaxShortString / 3 } && Encoding.UTF8.GetByteCount(text) > MaxShortString;

    private static string Shorten(string text) => text.Length <= 100 ? text : string.Concat(text.AsSpan(0, 100), "…");
}
