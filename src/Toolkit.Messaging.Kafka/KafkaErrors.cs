using Confluent.Kafka;

namespace Toolkit.Messaging.Kafka;

/// <summary>The client's error codes as exceptions of this suite. No text contains anything of the configuration.</summary>
internal static class KafkaErrors
{
    public static bool IsAuthentication(Error error) =>
        error.Code is ErrorCode.Local_Authentication or ErrorCode.SaslAuthenticationFailed or ErrorCode.UnsupportedSaslMechanism or ErrorCode.IllegalSaslState

        // A handshake also fails when a broker goes down; a certificate stays what it is.
        || (error.Code == ErrorCode.Local_Ssl && error.Reason.Contains("certificate", StringComparison.OrdinalIgnoreCase));

    public static AuthenticationException Authentication(DeliveryOutcome outcome = DeliveryOutcome.NotSent) => new(
        "Kafka refused the credentials, or its certificate is not trusted. Check KafkaOptions.SecurityProtocol, SaslMechanism, UserName, Password and CertificateAuthorities.", outcome, null, null);

    /// <summary>Whether it is gone by itself when asked again: nothing is wrong but the moment.</summary>
    public static bool IsPassing(Error error) => error.Code
        is ErrorCode.Local_TimedOut or ErrorCode.Local_TimedOutQueue or ErrorCode.Local_Transport or ErrorCode.Local_AllBrokersDown or ErrorCode.Local_WaitCoord
        or ErrorCode.RequestTimedOut or ErrorCode.NetworkException or ErrorCode.LeaderNotAvailable or ErrorCode.NotLeaderForPartition or ErrorCode.ReplicaNotAvailable
        or ErrorCode.GroupLoadInProgress or ErrorCode.GroupCoordinatorNotAvailable or ErrorCode.NotCoordinatorForGroup or ErrorCode.NotController
        or ErrorCode.NotEnoughReplicas or ErrorCode.NotEnoughReplicasAfterAppend or ErrorCode.KafkaStorageError or ErrorCode.ThrottlingQuotaExceeded
        || IsFenced(error);

    /// <summary>
    /// Whether no broker takes new partitions at the moment: each has just started, or was too busy to tell the controller that it
    /// lives. Kafka has no code of its own for it.
    /// </summary>
    public static bool IsFenced(Error error) =>
        error.Code == ErrorCode.InvalidReplicationFactor && error.Reason.Contains("brokers are currently fenced", StringComparison.Ordinal);

    /// <summary>Why a message was not acknowledged. The client says whether it may have been stored.</summary>
    public static MessagingException ForPublish(Error error, PersistenceStatus status, string topic, string? messageId)
    {
        var outcome = status == PersistenceStatus.PossiblyPersisted ? DeliveryOutcome.Unknown : DeliveryOutcome.NotSent;
        var rejected = outcome == DeliveryOutcome.Unknown ? outcome : DeliveryOutcome.Rejected;
        var text = $"Message {messageId} to topic {topic}: {error.Reason}";
        return error.Code switch
        {
            ErrorCode.MsgSizeTooLarge or ErrorCode.RecordListTooLarge => new MessageTooLargeException($"{text}. Raise max.message.bytes of the topic, or lower KafkaOptions.MaxMessageBytes.", error.IsLocalError ? outcome : rejected, messageId, null),
            ErrorCode.TopicAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed => new AuthorizationException($"{text}. The user needs the right to write to it.", rejected, messageId, null),
            ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart or ErrorCode.Local_UnknownPartition or ErrorCode.TopicException =>
                new DestinationNotFoundException($"Topic {topic} does not exist: declare it with AddTopic, or create it.", rejected, messageId, null),
            ErrorCode.Local_MsgTimedOut => new PublishTimeoutException($"{text}. {(outcome == DeliveryOutcome.Unknown ? "It was sent, and may be stored." : "It was not sent.")}", outcome, messageId, null),
            ErrorCode.ProducerFenced or ErrorCode.InvalidProducerEpoch or ErrorCode.Local_Fenced => new PublisherFencedException(text, rejected, messageId, null),
            ErrorCode.Local_PurgeQueue or ErrorCode.Local_QueueFull => new BrokerUnavailableException(text, DeliveryOutcome.NotSent, messageId, null),
            _ when IsAuthentication(error) => Authentication(outcome),
            _ when error.IsLocalError => new BrokerUnavailableException(text, outcome, messageId, null),
            _ => new BrokerRejectedException($"{text} ({error.Code}).", rejected, messageId, null),
        };
    }

    /// <summary>Why a question about topics, groups or offsets failed, or a subscription can't go on.</summary>
    public static MessagingException ForRequest(Error error, string what) => error.Code switch
    {
        ErrorCode.TopicAuthorizationFailed or ErrorCode.GroupAuthorizationFailed or ErrorCode.ClusterAuthorizationFailed =>
            new AuthorizationException($"{what}: {error.Reason}. The user needs more rights."),
        ErrorCode.Local_UnknownTopic or ErrorCode.UnknownTopicOrPart => new DestinationNotFoundException($"{what}: {error.Reason}.", DeliveryOutcome.NotSent, null, null),
        _ when IsAuthentication(error) => Authentication(),
        _ when IsPassing(error) && !error.IsLocalError => new BrokerUnavailableException($"{what}: {error.Reason} ({error.Code})."),
        _ when error.IsLocalError => new BrokerUnavailableException($"{what}: {error.Reason}. Is a broker of KafkaOptions.BootstrapServers reachable?"),
        _ => new BrokerRejectedException($"{what}: {error.Reason} ({error.Code}).", DeliveryOutcome.NotSent, null, null),
    };
}
