using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Servers;

/// <summary>Three Redis nodes that share the 16,384 hash slots, without replicas.</summary>
public sealed class RedisCluster : ITestServer
{
    private const int NodeCount = 3;
    private const int Slots = 16_384;
    private const int PortAttempts = 5;
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(90);
    private List<(RedisServer Server, int BusPort)> _nodes = [];

    /// <inheritdoc/>
    public static ServerRequirement Requirement => RedisServer.Requirement;

    /// <summary>What StackExchange.Redis connects with: all three.</summary>
    public string ConnectionString => string.Join(',', _nodes.Select(static node => node.Server.ConnectionString));

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            _nodes = [.. Enumerable.Range(0, NodeCount).Select(static _ => CreateNode())];
            try
            {
                await Task.WhenAll(_nodes.Select(node => node.Server.StartAsync(cancellationToken)));
                break;
            }
            catch (Exception exception) when (exception is PortTakenException or ServerException && attempt < PortAttempts)
            {
                // The ports of the nodes' own connections are not looked after by the launcher.
                await DisposeAsync();
            }
        }

        await JoinAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_nodes.Select(static node => node.Server.DisposeAsync().AsTask()));

    private static (RedisServer Server, int BusPort) CreateNode()
    {
        var bus = LoopbackPort.Next();
        return (new RedisServer { Arguments = ["--cluster-enabled", "yes", "--cluster-port", bus.ToString(CultureInfo.InvariantCulture)] }, bus);
    }

    private async Task JoinAsync(CancellationToken cancellationToken)
    {
        for (var i = 0; i < NodeCount; i++)
        {
            await ExpectOkAsync(_nodes[i].Server, $"CLUSTER ADDSLOTSRANGE {i * Slots / NodeCount} {((i + 1) * Slots / NodeCount) - 1}", cancellationToken);
            await ExpectOkAsync(_nodes[i].Server, $"CLUSTER SET-CONFIG-EPOCH {i + 1}", cancellationToken);
        }

        foreach (var (server, bus) in _nodes.Skip(1))
        {
            await ExpectOkAsync(_nodes[0].Server, $"CLUSTER MEET {server.Host} {server.Port} {bus}", cancellationToken);
        }

        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(s_bound);
        foreach (var (server, _) in _nodes)
        {
            while (await AskAsync(server, "CLUSTER INFO", timeout.Token) is var info
                && !(info.Contains("cluster_state:ok", StringComparison.Ordinal)
                    && info.Contains($"cluster_known_nodes:{NodeCount}", StringComparison.Ordinal)
                    && info.Contains($"cluster_size:{NodeCount}", StringComparison.Ordinal)))
            {
                await Task.Delay(20, timeout.Token);
            }
        }
    }

    private static async Task ExpectOkAsync(RedisServer server, string command, CancellationToken cancellationToken)
    {
        var answer = await AskAsync(server, command, cancellationToken);
        if (answer != "+OK")
        {
            throw new ServerException($"Redis answered {command} with {answer}");
        }
    }

    // RESP: a line, or $ and the length of the text that follows.
    private static async Task<string> AskAsync(RedisServer server, string command, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        var line = await reader.ReadLineAsync(cancellationToken) ?? "";
        if (!line.StartsWith('$'))
        {
            return line;
        }

        var text = new char[int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture)];
        return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken));
    }
}
