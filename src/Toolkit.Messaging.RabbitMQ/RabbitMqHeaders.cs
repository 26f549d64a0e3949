using System.Globalization;
using System.Text;
using RabbitMQ.Client;
using Toolkit.Messaging.Transport;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>
/// How a message looks on the wire. The key is the routing key, so that bindings and hashing exchanges can use it, unless the
/// destination has a routing key of its own or the key is too long for one: then it is a header.
/// </summary>
internal static class RabbitMqHeaders
{
    public const string Key = "x-key";
    public const string Attempt = "x-attempt";
    public const string DeliveryCount = "x-delivery-count";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";
    private const string DeathPrefix = "x-death";
    private const string FirstDeathPrefix = "x-first-death-";
    private const string LastDeathPrefix = "x-last-death-";
    private const int MaxRoutingKeyBytes = 255;

    public static string RoutingKey(PublishRequest request, out bool keyInHeader)
    {
        if (request.Destination.RoutingKey is { } routingKey)
        {
            keyInHeader = true;
            return routingKey;
        }

        keyInHeader = request.Key is { } key && (key.Length == 0 || key.Length > MaxRoutingKeyBytes / 3) && (key.Length == 0 || Encoding.UTF8.GetByteCount(key) > MaxRoutingKeyBytes);
        return keyInHeader ? string.Empty : request.Key ?? string.Empty;
    }

    public static void Fill(BasicProperties properties, PublishRequest request, bool keyInHeader)
    {
        properties.MessageId = request.MessageId;
        properties.Persistent = true;
        properties.Timestamp = new AmqpTimestamp(request.Timestamp.ToUnixTimeSeconds());
        if (request.ContentType is { } contentType)
        {
            properties.ContentType = contentType;
        }
        else
        {
            properties.ClearContentType();
        }

        if (request.Headers.Count == 0 && request.TraceParent is null && !keyInHeader)
        {
            properties.ClearHeaders();
            return;
        }

        // A table of this message's own: it is never shared with the caller or another message.
        var table = new Dictionary<string, object?>(request.Headers.Count + 3);
        foreach (var header in request.Headers)
        {
            table[header.Name] = header.Value.ToArray();
        }

        if (keyInHeader)
        {
            // Present and void means: no key, and the routing key is none either.
            table[Key] = request.Key is { } key ? Encoding.UTF8.GetBytes(key) : null;
        }

        if (request.TraceParent is { } parent)
        {
            table[TraceParent] = parent;
            if (request.TraceState is { } state)
            {
                table[TraceState] = state;
            }
        }

        properties.Headers = table;
    }

    public static string? ReadKey(string routingKey, IDictionary<string, object?>? headers) =>
        headers is not null && headers.TryGetValue(Key, out var value) ? Text(value) : routingKey.Length == 0 ? null : routingKey;

    public static string? ReadText(IDictionary<string, object?>? headers, string name) =>
        headers is not null && headers.TryGetValue(name, out var value) ? Text(value) : null;

    /// <summary>The attempt that this delivery is: what the retry said, and what the queue counted since.</summary>
    public static int ReadAttempt(IDictionary<string, object?>? headers, bool redelivered)
    {
        var attempt = 1;
        if (headers is not null && headers.TryGetValue(Attempt, out var said))
        {
            attempt = ToInt32(said, 1);
        }

        return headers is not null && headers.TryGetValue(DeliveryCount, out var counted)
            ? attempt + ToInt32(counted, 0)
            : attempt + (redelivered ? 1 : 0);
    }

    /// <summary>The publisher's headers, without those of this package, of the client and of the broker.</summary>
    public static MessageHeaders Read(IDictionary<string, object?>? headers)
    {
        if (headers is null || headers.Count == 0)
        {
            return MessageHeaders.Empty;
        }

        var own = new List<MessageHeader>(headers.Count);
        foreach (var (name, value) in headers)
        {
            if (!IsInternal(name))
            {
                own.Add(new MessageHeader(name, Bytes(value)));
            }
        }

        return MessageHeaders.FromOwned(own);
    }

    private static bool IsInternal(string name) =>
        name is Key or Attempt or DeliveryCount or TraceParent or TraceState or Constants.PublishSequenceNumberHeader or DeathPrefix
        || name.StartsWith(FirstDeathPrefix, StringComparison.Ordinal)
        || name.StartsWith(LastDeathPrefix, StringComparison.Ordinal);

    private static int ToInt32(object? value, int otherwise) => value switch
    {
        int i => i,
        long l => (int)Math.Clamp(l, 0, int.MaxValue),
        byte[] text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : otherwise,
        byte b => b,
        short s => s,
        _ => otherwise,
    };

    private static string? Text(object? value) => value switch
    {
        null => null,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        string text => text,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    // Foreign publishers' numbers and dates become text; tables and arrays are left out by their type's name.
    private static ReadOnlyMemory<byte> Bytes(object? value) => value switch
    {
        null => ReadOnlyMemory<byte>.Empty,
        byte[] bytes => bytes,
        _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty),
    };
}
