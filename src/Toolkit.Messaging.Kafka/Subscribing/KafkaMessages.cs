using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace Toolkit.Messaging.Kafka;

/// <summary>Turns what the client returns into deliveries, and failed deliveries into messages of a retry topic.</summary>
internal static class KafkaMessages
{
    // The years 1 to 9999.
    private const long MinUnixMilliseconds = -62_135_596_800_000;
    private const long MaxUnixMilliseconds = 253_402_300_799_999;

    /// <param name="result">What the client returned.</param>
    /// <param name="subscription">Whose delivery it becomes.</param>
    /// <param name="assignment">The partition's assignment.</param>
    /// <param name="number">The tracker's number of it.</param>
    /// <param name="topic">The topic that was subscribed to, also for what comes from its retry topic.</param>
    /// <param name="due">When it is to be delivered, in Unix milliseconds; 0 for at once.</param>
    public static KafkaDelivery Read(ConsumeResult<byte[]?, byte[]?> result, KafkaSubscription subscription, PartitionAssignment assignment, long number, string topic, out long due)
    {
        var message = result.Message;
        var parts = new Parts();
        var headers = ReadHeaders(message.Headers, assignment.IsRetry, ref parts);
        due = parts.Due;
        return new KafkaDelivery(subscription, assignment, number)
        {
            Lease = assignment.Lease,
            Topic = topic,
            Body = message.Value ?? [],
            Key = message.Key is { } key ? Encoding.UTF8.GetString(key) : null,
            RawKey = message.Key,
            MessageId = parts.MessageId,
            ContentType = parts.ContentType,
            Headers = headers,
            TraceParent = parts.TraceParent,
            TraceState = parts.TraceState,
            Timestamp = TimeOf(message.Timestamp),
            Partition = parts.Partition ?? result.Partition.Value,
            Offset = parts.Offset ?? result.Offset.Value,
            Attempt = parts.Attempt ?? 1,
        };
    }

    public static Message<byte[]?, byte[]> CreateRetry(KafkaDelivery delivery, int attempt, long due) => new()
    {
        Key = delivery.RawKey,
        Value = KafkaHeaders.ToArray(delivery.Body),
        Timestamp = delivery.Timestamp == default ? Timestamp.Default : new Timestamp(delivery.Timestamp),
        Headers = KafkaHeaders.CreateRetry(delivery, string.Create(CultureInfo.InvariantCulture, $"{attempt};{due};{delivery.Partition};{delivery.Offset}")),
    };

    // A broker may take any number for a time. What is none must not end the subscription of everything behind it.
    private static DateTimeOffset TimeOf(Timestamp timestamp) =>
        timestamp.Type != TimestampType.NotAvailable && timestamp.UnixTimestampMs is >= MinUnixMilliseconds and <= MaxUnixMilliseconds
            ? DateTimeOffset.FromUnixTimeMilliseconds(timestamp.UnixTimestampMs)
            : default;

    private static MessageHeaders ReadHeaders(Headers? headers, bool isRetry, ref Parts parts)
    {
        if (headers is null || headers.Count == 0)
        {
            return MessageHeaders.Empty;
        }

        List<MessageHeader>? own = null;
        for (var i = 0; i < headers.Count; i++)
        {
            var header = headers[i];
            if (!parts.TryTake(header, isRetry))
            {
                (own ??= []).Add(new MessageHeader(header.Key, header.GetValueBytes() ?? []));
            }
        }

        return own is null ? MessageHeaders.Empty : MessageHeaders.FromOwned(own);
    }

    private struct Parts
    {
        public string? MessageId;
        public string? ContentType;
        public string? TraceParent;
        public string? TraceState;
        public int? Attempt;
        public long Due;
        public int? Partition;
        public long? Offset;

        // The first header of a name is the publisher's field; a second one is the application's own.
        public bool TryTake(IHeader header, bool isRetry) => header.Key switch
        {
            KafkaHeaders.MessageId => TryTake(ref MessageId, header),
            KafkaHeaders.ContentType => TryTake(ref ContentType, header),
            KafkaHeaders.TraceParent => TryTake(ref TraceParent, header),
            KafkaHeaders.TraceState => TryTake(ref TraceState, header),
            KafkaHeaders.Retry when isRetry => TryTakeRetry(header),
            _ => false,
        };

        private static bool TryTake(ref string? field, IHeader header)
        {
            if (field is not null)
            {
                return false;
            }

            field = Encoding.UTF8.GetString(header.GetValueBytes() ?? []);
            return true;
        }

        private static bool TryParse(string text, out long number) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

        private bool TryTakeRetry(IHeader header)
        {
            if (Encoding.UTF8.GetString(header.GetValueBytes() ?? []).Split(';') is not [var attempt, var due, var partition, var offset]
                || !TryParse(attempt, out var attempts) || !TryParse(due, out var time) || !TryParse(partition, out var number) || !TryParse(offset, out var place))
            {
                return false; // not this package's
            }

            (Attempt, Due, Partition, Offset) = ((int)Math.Clamp(attempts, 1, int.MaxValue), time, (int)Math.Min(number, int.MaxValue), place);
            return true;
        }
    }
}
