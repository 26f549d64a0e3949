using System.Net;
using System.Net.Sockets;
using Toolkit.Testing.Processes;
using Toolkit.Testing.Proxies;

namespace Toolkit.Testing.Servers;

/// <summary>
/// One Kafka node (KRaft, broker and controller in one process). Topics are not created by being named. Three listeners:
/// <see cref="BootstrapServers"/> for everybody, <see cref="ProxyBootstrapServers"/>, whose advertised address is the
/// proxy's, and <see cref="SaslBootstrapServers"/>, which asks for a user and a password (SASL PLAIN or SCRAM-SHA-256, without TLS).
/// </summary>
public sealed class KafkaServer : TestServer, ITestServer
{
    /// <summary>A user of the SASL listener who may do everything.</summary>
    public const string User = "toolkit";

    /// <summary>A user of the SASL listener who may do nothing.</summary>
    public const string Stranger = "stranger";

    /// <summary>A user of the SASL listener who may do everything, but has no SCRAM-SHA-256 credentials until a test makes some.</summary>
    public const string Newcomer = "newcomer";

    /// <summary>The password of the first two.</summary>
    public const string Password = "correct-horse-battery";

    internal const int PortsPerNode = 4;
    private const int DefaultHeapMegabytes = 256;
    private TcpProxy? _proxy;

    public KafkaServer()
        : base("kafka")
    {
    }

    /// <inheritdoc/>
    public static ServerRequirement Requirement => KafkaDistribution.Requirement;

    /// <summary>The folder with bin/ and libs/; <c>KAFKA_HOME</c> or <c>../shared/kafka</c> unless set.</summary>
    public string Home { get; init; } = KafkaDistribution.Home ?? "/opt/kafka";

    /// <summary>Further lines of server.properties; they win over the launcher's own.</summary>
    public IReadOnlyList<string> Properties { get; init; } = [];

    /// <summary>The most heap of the Java VM in MiB; 256 unless set.</summary>
    public int HeapMegabytes { get; init; } = DefaultHeapMegabytes;

    /// <summary>The bootstrap.servers of a client.</summary>
    public string BootstrapServers => $"{Host}:{Port}";

    /// <summary>The same for a client whose connections all go through <see cref="Proxy"/>.</summary>
    public string ProxyBootstrapServers => $"{Host}:{Proxy.Port}";

    /// <summary>The same for a client with SASL_PLAINTEXT and PLAIN.</summary>
    public string SaslBootstrapServers => $"{Host}:{Ports[2]}";

    /// <inheritdoc/>
    public override TcpProxy Proxy => _proxy ?? throw new InvalidOperationException("The Kafka server was not started yet: call StartAsync first.");

    internal KafkaNode Node { get; init; } = KafkaNode.Single;

    private protected override int PortCount => PortsPerNode;

    private string ConfigurationPath => Path.Combine(Folder, "server.properties");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_proxy is { } proxy)
        {
            await proxy.DisposeAsync();
        }
    }

    private protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        if (_proxy is { } old)
        {
            await old.DisposeAsync();
        }

        _proxy = TcpProxy.Start(new IPEndPoint(IPAddress.Loopback, Ports[1]));
        var data = Path.Combine(Folder, "data");
        if (Directory.Exists(data))
        {
            Directory.Delete(data, recursive: true);
        }

        var lines = KafkaProperties.Create(Node, Ports, _proxy.Port, data).Concat(Properties);
        await File.WriteAllLinesAsync(ConfigurationPath, lines, cancellationToken);
        await RunToEndAsync(Script("kafka-storage.sh", "format", "-t", Node.ClusterId, "-c", ConfigurationPath), "kafka-storage.sh format", cancellationToken);
    }

    private protected override LaunchScript CreateScript() => Script("kafka-server-start.sh", ConfigurationPath);

    private protected override async Task<bool> AnswersAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        // ApiVersions, version 0, correlation id 1, no client id. A broker answers it when it has caught up with the
        // metadata and may serve; before that it accepts connections and lets requests wait.
        await stream.WriteAsync(new byte[] { 0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, 0xff, 0xff }, cancellationToken);
        var answer = new byte[10];
        await stream.ReadExactlyAsync(answer, cancellationToken);
        return answer is [_, _, _, _, 0, 0, 0, 1, 0, 0];
    }

    private LaunchScript Script(string program, params IEnumerable<string> arguments) => new LaunchScript()
        .Export("LOG_DIR", Path.Combine(Folder, "logs"))
        .Export("KAFKA_HEAP_OPTS", $"-Xms64m -Xmx{HeapMegabytes}m")

        // A broker of a test lives for seconds: the first compiler alone gets it there sooner.
        .Export("KAFKA_OPTS", Node.IsShortLived ? "-XX:TieredStopAtLevel=1" : "")
        .Exec(Path.Combine(Home, "bin", program), arguments);
}
