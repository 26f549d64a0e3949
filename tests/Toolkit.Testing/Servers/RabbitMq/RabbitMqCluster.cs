namespace Toolkit.Testing.Servers;

/// <summary>
/// Three RabbitMQ nodes: a quorum queue has a replica on each, and confirms what two of them have. Drive the nodes one by one:
/// <see cref="Nodes"/>.
/// </summary>
public sealed class RabbitMqCluster : ITestServer
{
    private const int NodeCount = 3;
    private readonly ErlangPortMapper _mapper = new();
    private List<RabbitMqServer> _nodes = [];

    /// <inheritdoc/>
    public static ServerRequirement Requirement => RabbitMqServer.Requirement;

    /// <summary>The three nodes.</summary>
    public IReadOnlyList<RabbitMqServer> Nodes => _nodes;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await _mapper.StartAsync(cancellationToken);
        var names = Enumerable.Range(1, NodeCount).Select(static number => $"rabbit{number}@localhost").ToArray();
        var cookie = Guid.NewGuid().ToString("N");
        _nodes = [.. names.Select(name => new RabbitMqServer { Node = new RabbitMqNode(name, _mapper.Port, cookie, names) })];

        // The others join one that is there. Were all new, they would have to agree first on who that is.
        await _nodes[0].StartAsync(cancellationToken);
        await Task.WhenAll(_nodes.Skip(1).Select(node => node.StartAsync(cancellationToken)));
        await _nodes[0].ControlAsync(["await_online_nodes", $"{NodeCount}"], cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_nodes.Select(static node => node.DisposeAsync().AsTask()));
        await _mapper.DisposeAsync();
    }
}
