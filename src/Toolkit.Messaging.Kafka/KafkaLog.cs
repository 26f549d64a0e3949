using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace Toolkit.Messaging.Kafka;

internal static partial class KafkaLog
{
    /// <summary>The client's own lines; without a handler it writes them to standard error.</summary>
    public static void Client(ILogger logger, LogMessage message) =>
        FromClient(logger, (LogLevel)message.LevelAs(LogLevelType.MicrosoftExtensionsLogging), message.Facility, message.Message);

    [LoggerMessage(EventId = 100, Message = "{Facility}: {Text}")]
    private static partial void FromClient(ILogger logger, LogLevel level, string facility, string text);

    [LoggerMessage(101, LogLevel.Warning, "Kafka client: {Code}: {Reason}")]
    public static partial void ClientError(ILogger logger, ErrorCode code, string reason);

    [LoggerMessage(102, LogLevel.Error, "Kafka producer has ended with {Code}; the next publish makes a new one: {Reason}")]
    public static partial void ProducerEnded(ILogger logger, ErrorCode code, string reason);

    [LoggerMessage(103, LogLevel.Information, "Group {Group} was assigned {Partitions}")]
    public static partial void Assigned(ILogger logger, string group, string partitions);

    [LoggerMessage(104, LogLevel.Information, "Group {Group} gives back {Partitions}")]
    public static partial void Revoked(ILogger logger, string group, string partitions);

    [LoggerMessage(105, LogLevel.Warning, "Group {Group} has lost {Partitions}: what was handled and not committed is delivered again")]
    public static partial void Lost(ILogger logger, string group, string partitions);

    [LoggerMessage(106, LogLevel.Warning, "Positions of group {Group} could not be committed: {Reason}")]
    public static partial void CommitFailed(ILogger logger, string group, string reason);

    [LoggerMessage(107, LogLevel.Error, "The subscription of group {Group} has ended")]
    public static partial void SubscriptionEnded(ILogger logger, Exception exception, string group);

    [LoggerMessage(109, LogLevel.Warning, "Group {Group} could not be left in time; what was handled and not committed may be delivered again")]
    public static partial void LeavingLate(ILogger logger, string group);

    [LoggerMessage(110, LogLevel.Warning, "Client {Client} knew no brokers any more, and begins anew with those of KafkaOptions.BootstrapServers")]
    public static partial void BrokersRestored(ILogger logger, string client);

    [LoggerMessage(108, LogLevel.Warning, "How far group {Group} is behind is not known: {Reason}")]
    public static partial void LagUnknown(ILogger logger, string group, string reason);
}
