using Toolkit.Testing.Processes;

namespace Toolkit.Testing.Servers;

/// <summary>
/// Three Kafka nodes: every partition has three copies, of which two must hold a write before acks=all returns. One node
/// can be lost without losing what was acknowledged or the ability to write. Drive the nodes one by one: <see cref="Nodes"/>.
/// </summary>
public sealed class KafkaCluster : ITestServer
{
    private const int NodeCount = 3;
    private const int PortAttempts = 5;
    private List<KafkaServer> _nodes = [];

    /// <inheritdoc/>
    public static ServerRequirement Requirement => KafkaDistribution.Requirement;

    /// <summary>The three nodes.</summary>
    public IReadOnlyList<KafkaServer> Nodes => _nodes;

    /// <summary>The bootstrap.servers of a client: all three.</summary>
    public string BootstrapServers => string.Join(',', _nodes.Select(static node => node.BootstrapServers));

    /// <summary>The same for a client whose connections all go through the nodes' proxies.</summary>
    public string ProxyBootstrapServers => string.Join(',', _nodes.Select(static node => node.ProxyBootstrapServers));

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        for (var attempt = 1; ; attempt++)
        {
            _nodes = CreateNodes();
            try
            {
                await Task.WhenAll(_nodes.Select(node => node.StartAsync(cancellationToken)));
                return;
            }
            catch (PortTakenException) when (attempt < PortAttempts)
            {
                await DisposeAsync();
            }
        }
    }

    /// <summary>The node with this broker id (1 to 3), such as the leader of a partition.</summary>
    public KafkaServer NodeOf(int brokerId) => _nodes[brokerId - 1];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_nodes.Select(static node => node.DisposeAsync().AsTask()));

    private static List<KafkaServer> CreateNodes()
    {
        var ports = Enumerable.Range(0, NodeCount).Select(static _ => Enumerable.Range(0, KafkaServer.PortsPerNode).Select(static _ => LoopbackPort.Next()).ToArray()).ToArray();
        var voters = string.Join(',', ports.Select(static (own, index) => $"{index + 1}@127.0.0.1:{own[3]}"));
        var cluster = KafkaNode.NewClusterId();
        return [.. ports.Select((own, index) => new KafkaServer { FixedPorts = own, Node = new KafkaNode(index + 1, cluster, voters, NodeCount) })];
    }
}
