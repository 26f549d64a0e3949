using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>Commands for many items: those of one server are sent in one piece, and to all servers at once.</summary>
/// <param name="cluster">The servers.</param>
/// <param name="commands">How many there will be.</param>
internal sealed class MetaBatch(MemcachedCluster cluster, int commands)
{
    private readonly MetaRequest?[] _requests = new MetaRequest?[cluster.Nodes.Length];
    private readonly int[] _nodes = cluster.Nodes.Length == 1 ? [] : new int[commands];
    private int _count;

    /// <summary>Where to add the command, one, for this item.</summary>
    public MetaRequest For(ReadOnlySpan<byte> key)
    {
        if (_nodes.Length == 0)
        {
            return _requests[0] ??= new MetaRequest(commands);
        }

        var node = cluster.NodeOf(key);
        _nodes[_count++] = node;
        return _requests[node] ??= new MetaRequest((commands / _requests.Length) + 1);
    }

    /// <returns>The answers in the order of the commands; a server that fails has none.</returns>
    /// <exception cref="CacheStoreException">Every server failed.</exception>
    public ValueTask<MetaAnswer[]> ExecuteAsync(CancellationToken cancellationToken) =>
        _nodes.Length == 0 ? cluster.Nodes[0].ExecuteAsync(_requests[0]!, cancellationToken) : ExecuteOnAllAsync(cancellationToken);

    private async ValueTask<MetaAnswer[]> ExecuteOnAllAsync(CancellationToken cancellationToken)
    {
        var found = new MetaAnswer[]?[_requests.Length];
        try
        {
            await Task.WhenAll(Enumerable.Range(0, found.Length).Where(node => _requests[node] is not null).Select(async node =>
                found[node] = await cluster.Nodes[node].ExecuteAsync(_requests[node]!, cancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
        }
        catch (CacheStoreException) when (cluster.Nodes.Any(node => !node.IsFailed))
        {
            // The keys of a dead server are misses; those of the others are served.
        }

        var next = new int[found.Length];
        return Array.ConvertAll(_nodes, node => found[node] is { } answers ? answers[next[node]++] : default);
    }
}
