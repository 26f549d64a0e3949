using System.Diagnostics;
using System.Net.Sockets;
using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Servers;

/// <summary>
/// One RabbitMQ node with durable data, and a port mapper (epmd) of its own: nothing is shared with, or left to, other
/// nodes on the machine (those of a <see cref="RabbitMqCluster"/> share a mapper). User <c>guest</c>, password <c>guest</c>, virtual host <c>/</c>.
/// </summary>
public sealed class RabbitMqServer : TestServer, ITestServer
{
    private const string Program = "rabbitmq-server";
    private const string OnlyNode = "rabbit@localhost";

    // Debian wraps the programs on the PATH in scripts that insist on the user rabbitmq.
    private const string DebianFolder = "/usr/lib/rabbitmq/bin";

    public RabbitMqServer()
        : base("rabbitmq")
    {
    }

    /// <inheritdoc/>
    public static ServerRequirement Requirement { get; } = new("RabbitMQ", FindMissing(), ServerRequirement.InstallCommand);

    /// <summary>The program; rabbitmq-server of this machine unless set.</summary>
    public string Executable { get; init; } = FindProgram(Program) ?? Program;

    /// <summary>Further lines of rabbitmq.conf, such as <c>consumer_timeout = 60000</c>.</summary>
    public IReadOnlyList<string> Configuration { get; init; } = [];

    /// <summary>What RabbitMQ.Client connects with.</summary>
    public Uri Uri => new($"amqp://guest:guest@{Host}:{Port}/");

    /// <summary>The same through the proxy.</summary>
    public Uri ProxyUri => new($"amqp://guest:guest@{Host}:{Proxy.Port}/");

    private protected override int PortCount => 3;

    internal RabbitMqNode? Node { get; init; }

    private string NodeName => Node?.Name ?? OnlyNode;

    private int MapperPort => Node?.MapperPort ?? Ports[1];

    private int DistributionPort => Ports[2];

    /// <summary>Runs rabbitmqctl against this node (about 2 s) and returns what it wrote.</summary>
    /// <exception cref="ServerException">It ended with an error.</exception>
    public async Task<string> ControlAsync(IEnumerable<string> arguments, CancellationToken cancellationToken = default)
    {
        var start = new ProcessStartInfo(FindProgram("rabbitmqctl") ?? "rabbitmqctl", ["-n", NodeName, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in CreateEnvironment())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? await output
            : throw new ServerException($"rabbitmqctl {string.Join(' ', start.ArgumentList)} ended with exit code {process.ExitCode}: {await errors}{await output}");
    }

    private protected override async Task PrepareAsync(CancellationToken cancellationToken)
    {
        IEnumerable<string> cluster = [];
        if (Node is { } node)
        {
            cluster = node.Peers.Select(static (peer, index) => $"cluster_formation.classic_config.nodes.{index + 1} = {peer}").Prepend("cluster_formation.peer_discovery_backend = classic_config");
            var cookie = Path.Combine(Folder, ".erlang.cookie");
            if (!File.Exists(cookie))
            {
                await File.WriteAllTextAsync(cookie, node.Cookie, cancellationToken);
                File.SetUnixFileMode(cookie, UnixFileMode.UserRead);
            }
        }

        await File.WriteAllLinesAsync(
            Path.Combine(Folder, "rabbitmq.conf"),
            ["log.console = true", "log.file = false", "disk_free_limit.absolute = 50MB", .. cluster, .. Configuration],
            cancellationToken);
    }

    private protected override LaunchScript CreateScript()
    {
        var script = new LaunchScript();
        foreach (var (name, value) in CreateEnvironment())
        {
            script.Export(name, value);
        }

        // The node would start a daemon that outlives it. This mapper is in the node's process group and ends with it.
        return Node is not null ? script.Exec(Executable) : script
            .Line($"epmd -port {MapperPort} -address 127.0.0.1 &")
            .Line("tries=0; until epmd -names >/dev/null 2>&1 || [ $tries -ge 200 ]; do tries=$((tries + 1)); sleep 0.05; done")
            .Exec(Executable);
    }

    private protected override async Task<bool> AnswersAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync("AMQP\0\0\x09\x01"u8.ToArray(), cancellationToken);
        var frame = new byte[11];
        await stream.ReadExactlyAsync(frame, cancellationToken);

        // A method frame on channel 0 that holds class 10 (connection), method 10 (start).
        return frame is [1, 0, 0, _, _, _, _, 0, 10, 0, 10];
    }

    private Dictionary<string, string> CreateEnvironment() => new()
    {
        ["HOME"] = Folder,
        ["ERL_CRASH_DUMP_BYTES"] = "0",
        ["ERL_EPMD_PORT"] = $"{MapperPort}",
        ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
        ["RABBITMQ_NODENAME"] = NodeName,
        ["RABBITMQ_NODE_IP_ADDRESS"] = Host,
        ["RABBITMQ_NODE_PORT"] = $"{Port}",
        ["RABBITMQ_DIST_PORT"] = $"{DistributionPort}",
        ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
        ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "data"),
        ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "logs"),
        ["RABBITMQ_CONFIG_FILE"] = Path.Combine(Folder, "rabbitmq.conf"),
        ["RABBITMQ_CONF_ENV_FILE"] = Path.Combine(Folder, "rabbitmq-env.conf"),
        ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Path.Combine(Folder, "plugins"),
        ["RABBITMQ_PID_FILE"] = Path.Combine(Folder, "node.pid"),

        // Then the script becomes the Erlang VM, whose own handler of SIGTERM stops the node in order.
        ["RUNNING_UNDER_SYSTEMD"] = "true",
    };

    private static string? FindProgram(string name) =>
        Path.Combine(DebianFolder, name) is var path && File.Exists(path) ? path : Processes.Executable.Find(name);

    private static string? FindMissing() =>
        FindProgram(Program) is null ? $"no {Program} on the PATH" : Processes.Executable.Find("epmd") is null ? "no epmd on the PATH" : null;
}
