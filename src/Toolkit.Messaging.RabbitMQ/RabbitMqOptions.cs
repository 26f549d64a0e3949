using Microsoft.Extensions.Options;
using RabbitMQ.Client;

namespace Toolkit.Messaging.RabbitMQ;

/// <summary>How to reach RabbitMQ, and what to declare there.</summary>
public sealed class RabbitMqOptions
{
    internal const int DefaultMaxMessageBytes = 16 * 1024 * 1024;
    internal static readonly TimeSpan DefaultRequestTimeout = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan DefaultHeartbeat = TimeSpan.FromSeconds(10);
    internal static readonly TimeSpan DefaultReconnectDelay = TimeSpan.FromMilliseconds(100);
    internal static readonly TimeSpan DefaultMaxReconnectDelay = TimeSpan.FromSeconds(3);

    /// <summary>Address, as <c>amqp://host:5672/vhost</c> or <c>amqps://…</c>; may hold user and password.</summary>
    /// <value><c>amqp://localhost:5672/</c>.</value>
    public Uri Uri { get; set; } = new("amqp://localhost:5672/");

    /// <summary>
    /// Further nodes of the same cluster, as <c>host</c> or <c>host:port</c>; scheme, credentials and virtual host are those of
    /// <see cref="Uri"/>. Each attempt to connect tries all of them, in random order.
    /// </summary>
    /// <value>Empty.</value>
    public IList<string> FurtherHosts { get; } = new List<string>();

    /// <summary>User; null for the one in <see cref="Uri"/>, or <c>guest</c>.</summary>
    public string? UserName { get; set; }

    /// <summary>Password; null for the one in <see cref="Uri"/>, or <c>guest</c>.</summary>
    public string? Password { get; set; }

    /// <summary>Virtual host; null for the one in <see cref="Uri"/>.</summary>
    public string? VirtualHost { get; set; }

    /// <summary>Name of the connections, as the management pages show it.</summary>
    public string? ClientName { get; set; }

    /// <summary>Kind of the queues that subscriptions declare.</summary>
    /// <value><see cref="RabbitMqQueueType.Quorum"/>.</value>
    public RabbitMqQueueType QueueType { get; set; } = RabbitMqQueueType.Quorum;

    /// <summary>
    /// Largest body, in bytes, checked before it is sent: the server would close the channel. Not above the server's
    /// <c>max_message_size</c>.
    /// </summary>
    /// <value>16 MiB.</value>
    public int MaxMessageBytes { get; set; } = DefaultMaxMessageBytes;

    /// <summary>Longest wait for one answer of the server (opening, declaring, closing); the client itself can wait for ever.</summary>
    /// <value>10 seconds.</value>
    public TimeSpan RequestTimeout { get; set; } = DefaultRequestTimeout;

    /// <summary>Interval of heartbeats: a half-open connection is recognised after about two of them.</summary>
    /// <value>10 seconds.</value>
    public TimeSpan Heartbeat { get; set; } = DefaultHeartbeat;

    /// <summary>Wait before the first attempt to connect again; doubled up to <see cref="MaxReconnectDelay"/>.</summary>
    /// <value>100 milliseconds.</value>
    public TimeSpan ReconnectDelay { get; set; } = DefaultReconnectDelay;

    /// <summary>Longest wait between attempts to connect again.</summary>
    /// <value>3 seconds.</value>
    public TimeSpan MaxReconnectDelay { get; set; } = DefaultMaxReconnectDelay;

    /// <summary>
    /// The client's own settings (TLS, authentication mechanisms, frame size), after all others. Automatic recovery stays off:
    /// this package recovers connections itself.
    /// </summary>
    public Action<ConnectionFactory>? ConfigureConnection { get; set; }

    /// <summary>
    /// Changes name, kind, bindings and arguments of a group's queue, also of the groups that hold dead letters. Called whenever
    /// a queue is about to be declared; it must answer the same each time, in every member of the group.
    /// </summary>
    public Action<RabbitMqGroupOptions>? ConfigureGroup { get; set; }

    /// <summary>The address without credentials.</summary>
    /// <returns>Text for logs.</returns>
    public override string ToString() => $"{Uri.Scheme}://{Uri.Host}:{Uri.Port}{Uri.AbsolutePath}";

    internal void Read(SettingReader settings)
    {
        // The address may hold a password: a wrong one is named by its key alone.
        settings.Text(nameof(Uri), text => Uri = Uri.TryCreate(text, UriKind.Absolute, out var uri) ? uri : throw new InvalidOperationException("The setting RabbitMq:Uri is not an address such as amqp://host:5672/vhost."));
        settings.Text(nameof(FurtherHosts), text =>
        {
            FurtherHosts.Clear();
            foreach (var host in text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                FurtherHosts.Add(host);
            }
        });
        settings.Text(nameof(UserName), text => UserName = text);
        settings.Text(nameof(Password), text => Password = text);
        settings.Text(nameof(VirtualHost), text => VirtualHost = text);
        settings.Text(nameof(ClientName), text => ClientName = text);
        settings.Choice<RabbitMqQueueType>(nameof(QueueType), type => QueueType = type);
        settings.Number(nameof(MaxMessageBytes), bytes => MaxMessageBytes = bytes);
        settings.Time(nameof(RequestTimeout), time => RequestTimeout = time);
        settings.Time(nameof(Heartbeat), time => Heartbeat = time);
    }

    internal RabbitMqGroupOptions Group(string topic, string group)
    {
        var options = new RabbitMqGroupOptions(topic, group, QueueType);
        ConfigureGroup?.Invoke(options);
        Require(!string.IsNullOrEmpty(options.Queue), "ConfigureGroup: Queue", options.Queue, "a name");
        return options;
    }

    internal void Validate()
    {
        Require(Uri.Scheme is "amqp" or "amqps", nameof(Uri), Uri.Scheme, "a scheme of amqp or amqps");
        foreach (var host in FurtherHosts)
        {
            Require(TryParseHost(host, out _, out _), nameof(FurtherHosts), "not a host", "host or host:port, without credentials");
        }

        Require(MaxMessageBytes >= 1, nameof(MaxMessageBytes), MaxMessageBytes, "at least 1 byte");
        Require(RequestTimeout > TimeSpan.Zero, nameof(RequestTimeout), RequestTimeout, "more than zero");
        Require(Heartbeat >= TimeSpan.FromSeconds(1), nameof(Heartbeat), Heartbeat, "at least a second");
        Require(ReconnectDelay > TimeSpan.Zero, nameof(ReconnectDelay), ReconnectDelay, "more than zero");
        Require(MaxReconnectDelay >= ReconnectDelay, nameof(MaxReconnectDelay), MaxReconnectDelay, "at least ReconnectDelay");
    }

    // The address first; null where it is the only one.
    internal List<AmqpTcpEndpoint>? Endpoints(ConnectionFactory factory)
    {
        if (FurtherHosts.Count == 0)
        {
            return null;
        }

        var endpoints = new List<AmqpTcpEndpoint> { factory.Endpoint };
        foreach (var text in FurtherHosts)
        {
            if (!TryParseHost(text, out var host, out var port))
            {
                continue; // refused when the options were checked
            }

            var tls = factory.Ssl.Enabled ? new SslOption(host, factory.Ssl.CertPath ?? string.Empty, enabled: true) : new SslOption();
            if (factory.Ssl.Enabled)
            {
                tls.CertPassphrase = factory.Ssl.CertPassphrase;
                tls.Certs = factory.Ssl.Certs;
                tls.Version = factory.Ssl.Version;
                tls.AcceptablePolicyErrors = factory.Ssl.AcceptablePolicyErrors;
                tls.CertificateValidationCallback = factory.Ssl.CertificateValidationCallback;
                tls.CertificateSelectionCallback = factory.Ssl.CertificateSelectionCallback;
                tls.CheckCertificateRevocation = factory.Ssl.CheckCertificateRevocation;
            }

            endpoints.Add(new AmqpTcpEndpoint(host, port ?? factory.Endpoint.Port, tls));
        }

        return endpoints;
    }

    private static bool TryParseHost(string text, out string host, out int? port)
    {
        (host, port) = (string.Empty, null);
        if (!Uri.TryCreate($"amqp://{text}", UriKind.Absolute, out var address) || address.Host.Length == 0 || address.UserInfo.Length > 0 || address.AbsolutePath.Length > 1)
        {
            return false;
        }

        (host, port) = (address.Host, address.IsDefaultPort || address.Port < 0 ? null : address.Port);
        return true;
    }

    private static void Require<T>(bool valid, string setting, T value, string allowed)
    {
        if (!valid)
        {
            throw new OptionsValidationException(setting, typeof(RabbitMqOptions), [FormattableString.Invariant($"RabbitMqOptions.{setting} is {value}; allowed is {allowed}.")]);
        }
    }
}
