using Confluent.Kafka;
using Microsoft.Extensions.Options;

namespace Toolkit.Messaging.Kafka;

/// <summary>How to reach Kafka. Credentials in it never appear in a log, an exception or a metric.</summary>
public sealed class KafkaOptions
{
    internal const string DefaultBootstrapServers = "localhost:9092";
    internal const int DefaultMaxMessageBytes = 1_000_000;
    internal static readonly TimeSpan DefaultLinger = TimeSpan.FromMilliseconds(5);
    internal static readonly TimeSpan DefaultCommitInterval = TimeSpan.FromSeconds(1);
    internal static readonly TimeSpan DefaultSessionTimeout = TimeSpan.FromSeconds(45);
    internal static readonly TimeSpan DefaultMissingTopicTimeout = TimeSpan.FromSeconds(5);
    internal static readonly TimeSpan DefaultRequestTimeout = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan DefaultAdminTimeout = TimeSpan.FromSeconds(30);
    internal static readonly TimeSpan DefaultJoinTimeout = TimeSpan.FromSeconds(15);

    /// <summary>Brokers to begin with, as <c>host:port,host:port</c>.</summary>
    /// <value>localhost:9092.</value>
    public string BootstrapServers { get; set; } = DefaultBootstrapServers;

    /// <summary>Name of this application in the broker's logs and quotas.</summary>
    /// <value>Null: the client's own.</value>
    public string? ClientId { get; set; }

    /// <summary>Encryption and authentication of connections.</summary>
    /// <value><see cref="SecurityProtocol.Plaintext"/>.</value>
    public SecurityProtocol SecurityProtocol { get; set; } = SecurityProtocol.Plaintext;

    /// <summary>How to authenticate where <see cref="SecurityProtocol"/> says SASL.</summary>
    /// <value>Null: GSSAPI, the client's own default.</value>
    public SaslMechanism? SaslMechanism { get; set; }

    /// <summary>User of SASL.</summary>
    /// <value>Null.</value>
    public string? UserName { get; set; }

    /// <summary>Password of SASL.</summary>
    /// <value>Null.</value>
    public string? Password { get; set; }

    /// <summary>File or folder with the certificates of authorities that sign the brokers' certificates.</summary>
    /// <value>Null: the system's.</value>
    public string? CertificateAuthorities { get; set; }

    /// <summary>Compression of what is published.</summary>
    /// <value><see cref="CompressionType.None"/>.</value>
    public CompressionType Compression { get; set; } = CompressionType.None;

    /// <summary>Longest wait for more messages to send in one batch, while fewer than five batches are under way.</summary>
    /// <value>5 milliseconds.</value>
    public TimeSpan Linger { get; set; } = DefaultLinger;

    /// <summary>Largest body, in bytes; not more than the broker's and the topics' <c>max.message.bytes</c> less 48 kB for key and headers.</summary>
    /// <value>1,000,000.</value>
    public int MaxMessageBytes { get; set; } = DefaultMaxMessageBytes;

    /// <summary>How often the positions of subscriptions are committed. What was handled since is handled again after a crash.</summary>
    /// <value>1 second.</value>
    public TimeSpan CommitInterval { get; set; } = DefaultCommitInterval;

    /// <summary>When a member that is not heard of any more loses its partitions. Brokers allow 6 seconds to 30 minutes by default.</summary>
    /// <value>45 seconds.</value>
    public TimeSpan SessionTimeout { get; set; } = DefaultSessionTimeout;

    /// <summary>
    /// A broker that leaves a request unanswered for so long is taken for gone and connected to anew: how long a half-open
    /// connection holds things up. A publish uses at most a third of <see cref="PublisherOptions.DeliveryTimeout"/> for it.
    /// </summary>
    /// <value>10 seconds.</value>
    public TimeSpan RequestTimeout { get; set; } = DefaultRequestTimeout;

    /// <summary>
    /// How long a topic may be unknown until publishing to it fails, or a subscription to it asks the cluster whether it still
    /// exists: news of a topic takes a while to reach all brokers.
    /// </summary>
    /// <value>5 seconds.</value>
    public TimeSpan MissingTopicTimeout { get; set; } = DefaultMissingTopicTimeout;

    /// <summary>Longest wait for an answer about topics, groups and offsets.</summary>
    /// <value>30 seconds.</value>
    public TimeSpan AdminTimeout { get; set; } = DefaultAdminTimeout;

    /// <summary>
    /// How long subscribing waits for its first partitions. With <see cref="StartPosition.Latest"/> it then fails; otherwise it
    /// returns all the same, because nothing that is published meanwhile is missed.
    /// </summary>
    /// <value>15 seconds.</value>
    public TimeSpan JoinTimeout { get; set; } = DefaultJoinTimeout;

    /// <summary>
    /// Changes the producer's native configuration, last. Not <c>acks</c>, <c>enable.idempotence</c> or
    /// <c>message.timeout.ms</c>: what a publish promises stands on them, so that they are refused.
    /// </summary>
    /// <value>Null.</value>
    public Action<ProducerConfig>? ConfigureProducer { get; set; }

    /// <summary>
    /// Changes a subscription's native configuration, last. Not <c>enable.auto.offset.store</c>, <c>enable.auto.commit</c> or
    /// <c>group.id</c>: that nothing unhandled is committed stands on them, so that they are refused.
    /// </summary>
    /// <value>Null.</value>
    public Action<ConsumerConfig>? ConfigureConsumer { get; set; }

    /// <summary>
    /// Changes the configuration of all clients (producer, consumers, administration), before the specific ones. Brokers belong into
    /// <see cref="BootstrapServers"/>: with those a client begins anew that knows none any more.
    /// </summary>
    /// <value>Null.</value>
    public Action<ClientConfig>? ConfigureClient { get; set; }

    /// <summary>The brokers' addresses alone.</summary>
    /// <returns><see cref="BootstrapServers"/>.</returns>
    public override string ToString() => BootstrapServers;

    internal void Read(SettingReader settings)
    {
        settings.Text(nameof(BootstrapServers), text => BootstrapServers = text);
        settings.Text(nameof(ClientId), text => ClientId = text);
        settings.Choice<SecurityProtocol>(nameof(SecurityProtocol), value => SecurityProtocol = value);
        settings.Choice<SaslMechanism>(nameof(SaslMechanism), value => SaslMechanism = value);
        settings.Text(nameof(UserName), text => UserName = text);
        settings.Text(nameof(Password), text => Password = text);
        settings.Text(nameof(CertificateAuthorities), text => CertificateAuthorities = text);
        settings.Choice<CompressionType>(nameof(Compression), value => Compression = value);
        settings.Number(nameof(MaxMessageBytes), value => MaxMessageBytes = value);
        settings.Time(nameof(Linger), time => Linger = time);
        settings.Time(nameof(CommitInterval), time => CommitInterval = time);
        settings.Time(nameof(SessionTimeout), time => SessionTimeout = time);
        settings.Time(nameof(RequestTimeout), time => RequestTimeout = time);
        settings.Time(nameof(MissingTopicTimeout), time => MissingTopicTimeout = time);
        settings.Time(nameof(AdminTimeout), time => AdminTimeout = time);
        settings.Time(nameof(JoinTimeout), time => JoinTimeout = time);
    }

    internal void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(BootstrapServers), nameof(BootstrapServers), "at least one host:port");
        Require(MaxMessageBytes is >= 1 and <= 900_000_000, nameof(MaxMessageBytes), "1 to 900,000,000");
        Require(Linger >= TimeSpan.Zero && Linger <= TimeSpan.FromMinutes(1), nameof(Linger), "zero to a minute");
        Require(CommitInterval >= TimeSpan.FromMilliseconds(10) && CommitInterval <= TimeSpan.FromHours(1), nameof(CommitInterval), "10 milliseconds to an hour");
        Require(SessionTimeout >= TimeSpan.FromSeconds(1) && SessionTimeout <= TimeSpan.FromHours(1), nameof(SessionTimeout), "a second to an hour");
        Require(MissingTopicTimeout >= TimeSpan.Zero && MissingTopicTimeout <= TimeSpan.FromHours(1), nameof(MissingTopicTimeout), "zero to an hour");
        Require(RequestTimeout >= TimeSpan.FromSeconds(1) && RequestTimeout <= TimeSpan.FromMinutes(5), nameof(RequestTimeout), "a second to 5 minutes");
        Require(AdminTimeout > TimeSpan.Zero && AdminTimeout <= TimeSpan.FromHours(1), nameof(AdminTimeout), "more than zero and at most an hour");
        Require(JoinTimeout > TimeSpan.Zero && JoinTimeout <= TimeSpan.FromHours(1), nameof(JoinTimeout), "more than zero and at most an hour");
        Require(UserName is null == Password is null, nameof(UserName), "given together with Password, or neither of them");
    }

    // The value is left out on purpose: it may be a secret.
    private static void Require(bool valid, string setting, string allowed)
    {
        if (!valid)
        {
            throw new OptionsValidationException(setting, typeof(KafkaOptions), [$"KafkaOptions.{setting} is out of range; allowed is {allowed}."]);
        }
    }
}
