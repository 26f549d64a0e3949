using System.Globalization;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Toolkit.Messaging.Kafka;

/// <summary>Turns <see cref="KafkaOptions"/> into the client's configurations. The defaults that promises stand on are set here.</summary>
internal sealed class KafkaClients(KafkaOptions options, TimeSpan deliveryTimeout, ILoggerFactory loggers)
{
    // Key, headers and the batch's own fields: the broker's default of 1,048,588 bytes is for all of it.
    private const int BytesAroundBody = 48_588;
    private const int QueuedMessages = 2_000_000;
    private const int QueuedKilobytes = 2_000_000;
    private const int ReconnectBackoffMilliseconds = 50;
    private const int LongestReconnectBackoffMilliseconds = 1_000;
    private const string TopicPropagation = "topic.metadata.propagation.max.ms";
    private const int AdminMetadataMilliseconds = 2_000;
    private const int StatisticsMilliseconds = 5_000;
    private static readonly TimeSpan s_longestTimeoutMargin = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan s_leastPollInterval = TimeSpan.FromMinutes(5);

    public KafkaOptions Options => options;

    public TimeSpan DeliveryTimeout => deliveryTimeout;

    public ILogger Logger { get; } = loggers.CreateLogger("Toolkit.Messaging.Kafka");

    public ProducerConfig ForProducer()
    {
        // The client looks for messages that are overdue once a second. It has to give up before the publisher's own deadline
        // does: then it knows whether a message left the process, and nothing is sent behind the caller's back.
        var margin = TimeSpan.FromTicks(Math.Min(s_longestTimeoutMargin.Ticks, deliveryTimeout.Ticks / 4));
        var config = new ProducerConfig(Common())
        {
            Acks = Acks.All,
            EnableIdempotence = true,
            MessageTimeoutMs = Math.Max(1, (int)(deliveryTimeout - margin).TotalMilliseconds),

            RequestTimeoutMs = Math.Max(1, (int)Math.Min(options.RequestTimeout.TotalMilliseconds, deliveryTimeout.TotalMilliseconds / 3)),

            // The publisher has a window of its own. The client's would throw when it is full.
            QueueBufferingMaxMessages = QueuedMessages,
            QueueBufferingMaxKbytes = QueuedKilobytes,
            LingerMs = options.Linger.TotalMilliseconds,
            CompressionType = options.Compression,

            // The same partition for the same key as the Java client's.
            Partitioner = Partitioner.Murmur2Random,
            DeliveryReportFields = "status",
            MessageMaxBytes = options.MaxMessageBytes + BytesAroundBody,
        };
        config.Set("allow.auto.create.topics", "false");
        config.Set(TopicPropagation, Milliseconds(options.MissingTopicTimeout));
        var (acks, idempotence, timeout) = (config.Acks, config.EnableIdempotence, config.MessageTimeoutMs);
        options.ConfigureProducer?.Invoke(config);
        Refuse(config.Acks != acks, nameof(KafkaOptions.ConfigureProducer), "acks");
        Refuse(config.EnableIdempotence != idempotence, nameof(KafkaOptions.ConfigureProducer), "enable.idempotence");
        Refuse(config.MessageTimeoutMs != timeout, nameof(KafkaOptions.ConfigureProducer), "message.timeout.ms (use PublisherOptions.DeliveryTimeout)");
        return config;
    }

    public ConsumerConfig ForConsumer(string group, TimeSpan drainTimeout)
    {
        // Handlers don't hold up polling; only draining revoked partitions does.
        var pollInterval = s_leastPollInterval > drainTimeout * 2 ? s_leastPollInterval : drainTimeout * 2;
        var config = new ConsumerConfig(Common())
        {
            GroupId = group,
            EnableAutoOffsetStore = false,
            EnableAutoCommit = true,
            AutoCommitIntervalMs = (int)options.CommitInterval.TotalMilliseconds,

            // "From now on" is a commit when the group begins. A position that the broker has deleted since, or a partition that
            // was added, begins at the oldest that is there: what was published since then is not to be skipped.
            AutoOffsetReset = AutoOffsetReset.Earliest,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky,
            SessionTimeoutMs = (int)options.SessionTimeout.TotalMilliseconds,
            HeartbeatIntervalMs = (int)Math.Min(3000, options.SessionTimeout.TotalMilliseconds / 4),
            MaxPollIntervalMs = (int)pollInterval.TotalMilliseconds,
            AllowAutoCreateTopics = false,

            // Where the end is: marks of transactions have offsets too, and are no messages.
            EnablePartitionEof = true,
            IsolationLevel = IsolationLevel.ReadCommitted,
        };

        // How long the client takes a topic that has gone for one that has not come yet.
        config.Set(TopicPropagation, Milliseconds(options.MissingTopicTimeout));
        options.ConfigureConsumer?.Invoke(config);
        Refuse(config.EnableAutoOffsetStore != false, nameof(KafkaOptions.ConfigureConsumer), "enable.auto.offset.store");
        Refuse(config.EnableAutoCommit != true, nameof(KafkaOptions.ConfigureConsumer), "enable.auto.commit");
        Refuse(config.GroupId != group, nameof(KafkaOptions.ConfigureConsumer), "group.id (use SubscriptionOptions)");
        return config;
    }

    public AdminClientConfig ForAdmin() => new(Common())
    {
        // Who leads a partition, and since when, is remembered for so long, even while every answer is that it is out of date: a
        // question about offsets fails after a restart of the broker until then.
        MetadataMaxAgeMs = AdminMetadataMilliseconds,
    };

    /// <summary>The handler of a client's statistics: tells a client that knows no brokers any more the configured ones again.</summary>
    /// <remarks>
    /// A broker that is about to stop, or has just started, answers that the cluster has no brokers. The library (librdkafka 2.16,
    /// its issue 5301) then drops all of them, the configured ones too. Where the connection ends before it has done so, it never
    /// connects again: messages time out, and consumers get nothing any more, until the process ends.
    /// </remarks>
    public void RestoreBrokers(IClient client, string statistics)
    {
        if (!statistics.Contains("\"source\":\"learned\"", StringComparison.Ordinal) && !statistics.Contains("\"source\":\"configured\"", StringComparison.Ordinal))
        {
            KafkaLog.BrokersRestored(Logger, client.Name);
            client.AddBrokers(options.BootstrapServers);
        }
    }

    private ClientConfig Common()
    {
        var config = new ClientConfig
        {
            BootstrapServers = options.BootstrapServers,
            SecurityProtocol = options.SecurityProtocol,
            ReconnectBackoffMs = ReconnectBackoffMilliseconds,
            ReconnectBackoffMaxMs = LongestReconnectBackoffMilliseconds,
            SocketTimeoutMs = (int)options.RequestTimeout.TotalMilliseconds,
            SocketKeepaliveEnable = true,
            SocketNagleDisable = true,
            StatisticsIntervalMs = StatisticsMilliseconds,
        };
        if (options.ClientId is { } client)
        {
            config.ClientId = client;
        }

        if (options.SaslMechanism is { } mechanism)
        {
            config.SaslMechanism = mechanism;
        }

        if (options.UserName is { } user)
        {
            config.SaslUsername = user;
            config.SaslPassword = options.Password;
        }

        if (options.CertificateAuthorities is { } authorities)
        {
            config.SslCaLocation = authorities;
        }

        options.ConfigureClient?.Invoke(config);
        return config;
    }

    private static string Milliseconds(TimeSpan time) => ((int)time.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);

    private static void Refuse(bool changed, string setting, string property)
    {
        if (changed)
        {
            throw new OptionsValidationException(setting, typeof(KafkaOptions), [$"KafkaOptions.{setting} must not change {property}: the promises of publishing and subscribing stand on it."]);
        }
    }
}
