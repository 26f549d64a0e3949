using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.Kafka;

/// <summary>
/// What Kafka has no field for travels in headers: message id (always, and first), media type and trace context. A caller's own
/// header of the same name comes after them and stays a header.
/// </summary>
internal static class KafkaHeaders
{
    public const string MessageId = "message-id";
    public const string ContentType = "content-type";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";

    /// <summary>On a message of a retry topic: attempt, due time (Unix milliseconds), partition and offset of the original.</summary>
    public const string Retry = "toolkit-retry";

    private static readonly byte[] s_json = Encoding.UTF8.GetBytes("application/json");

    [ThreadStatic]
    private static byte[]? t_id;

    /// <summary>Headers that are only valid until the next call on this thread: the client copies them when it takes the message.</summary>
    public static Headers Create(PublishRequest request)
    {
        // Generated ids all have one length.
        var length = Encoding.UTF8.GetByteCount(request.MessageId);
        var id = t_id is { } last && last.Length == length ? last : t_id = new byte[length];
        Encoding.UTF8.GetBytes(request.MessageId, id);
        var headers = new Headers { { MessageId, id } };
        Add(headers, request.ContentType, request.TraceParent, request.TraceState);
        var own = request.Headers;
        for (var i = 0; i < own.Count; i++)
        {
            headers.Add(own[i].Name, ToArray(own[i].Value));
        }

        return headers;
    }

    public static Headers CreateRetry(TransportDelivery delivery, string retry)
    {
        var headers = new Headers { { MessageId, Encoding.UTF8.GetBytes(delivery.MessageId ?? string.Empty) } };
        headers.Add(Retry, Encoding.UTF8.GetBytes(retry));
        Add(headers, delivery.ContentType, delivery.TraceParent, delivery.TraceState);
        foreach (var header in delivery.Headers)
        {
            headers.Add(header.Name, ToArray(header.Value));
        }

        return headers;
    }

    public static byte[] ToArray(ReadOnlyMemory<byte> memory) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && segment.Offset == 0 && segment.Count == segment.Array!.Length ? segment.Array : memory.ToArray();

    private static void Add(Headers headers, string? contentType, string? traceParent, string? traceState)
    {
        if (contentType is not null)
        {
            headers.Add(ContentType, contentType == "application/json" ? s_json : Encoding.UTF8.GetBytes(contentType));
        }

        if (traceParent is not null)
        {
            headers.Add(TraceParent, Encoding.UTF8.GetBytes(traceParent));
        }

        if (traceState is not null)
        {
            headers.Add(TraceState, Encoding.UTF8.GetBytes(traceState));
        }
    }
}
