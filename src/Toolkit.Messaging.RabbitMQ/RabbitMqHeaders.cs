using System.Collections;
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
    public const string ReservedPrefix = "x-toolkit-";
    public const string Key = ReservedPrefix + "key";
    public const string Attempt = ReservedPrefix + "attempt";
    public const string DeliveryCount = "x-delivery-count";
    public const string TraceParent = "traceparent";
    public const string TraceState = "tracestate";
    private const string DeathPrefix = "x-death";
    private const string FirstDeathPrefix = "x-first-death-";
    private const string LastDeathPrefix = "x-last-death-";
    private const int MaxRoutingKeyBytes = 255;

    // The years 1 to 9999.
    private const long MinUnixSeconds = -62_135_596_800;
    private const long MaxUnixSeconds = 253_402_300_799;

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
            // Without a table the client makes one for each message, and leaves it here. An empty one is used again; it belongs to
            // these properties alone, so that whatever the client writes into it reaches no one else.
            if (properties.Headers is not { Count: 0 })
            {
                properties.Headers = new Dictionary<string, object?>();
            }

            return;
        }

        // A table of this message's own: it is never shared with the caller or another message.
        var table = new Dictionary<string, object?>(request.Headers.Count + 3);
        foreach (var header in request.Headers)
        {
            Add(table, header);
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

    /// <summary>
    /// The attempt that this delivery is: what the retry said, and what the queue counted since. Redeliveries that came with
    /// channels which this member lost (<paramref name="lost"/>) count as no attempts: its process lives, so no message of
    /// those can be the one that kills it. Otherwise a few restarts of the broker would make dead letters of what only waited.
    /// </summary>
    public static int ReadAttempt(IDictionary<string, object?>? headers, bool redelivered, int lost)
    {
        var attempt = 1;
        var count = redelivered ? 1 : 0;
        if (headers is not null)
        {
            attempt = headers.TryGetValue(Attempt, out var said) ? ToInt32(said, 1) : attempt;
            count = headers.TryGetValue(DeliveryCount, out var counted) ? ToInt32(counted, 0) : count;
        }

        return attempt + Math.Max(0, count - lost);
    }

    /// <summary>
    /// When a message was made. AMQP's unit is the second; a value too large for that is what many foreign publishers write,
    /// milliseconds. What is neither says nothing, and must not keep the message from being handled.
    /// </summary>
    public static DateTimeOffset ReadTimestamp(IReadOnlyBasicProperties properties) => properties.IsTimestampPresent()
        ? properties.Timestamp.UnixTime switch
        {
            >= MinUnixSeconds and <= MaxUnixSeconds and var seconds => DateTimeOffset.FromUnixTimeSeconds(seconds),
            >= MinUnixSeconds * 1000 and <= MaxUnixSeconds * 1000 and var milliseconds => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds),
            _ => default,
        }
        : default;

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
                Add(own, name, value);
            }
        }

        return MessageHeaders.FromOwned(own);
    }

    // A table's names are unique: the values of a name that repeats travel as an array.
    private static void Add(Dictionary<string, object?> table, MessageHeader header)
    {
        var value = header.Value.ToArray();
        if (!table.TryGetValue(header.Name, out var existing))
        {
            table.Add(header.Name, value);
        }
        else if (existing is List<object?> list)
        {
            list.Add(value);
        }
        else
        {
            table[header.Name] = new List<object?> { existing, value };
        }
    }

    private static void Add(List<MessageHeader> own, string name, object? value)
    {
        if (value is IList list and not byte[])
        {
            foreach (var item in list)
            {
                own.Add(new MessageHeader(name, Bytes(item)));
            }
        }
        else
        {
            own.Add(new MessageHeader(name, Bytes(value)));
        }
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

    // Foreign publishers' numbers and dates become text; tables become their type's name.
    private static ReadOnlyMemory<byte> Bytes(object? value) => value switch
    {
        null => ReadOnlyMemory<byte>.Empty,
        byte[] bytes => bytes,
        BinaryTableValue binary => binary.Bytes,
        _ => Encoding.UTF8.GetBytes(Convert.ToString(value, CultureInfo.InvariantCulture) ?? string.Empty),
    };
}
