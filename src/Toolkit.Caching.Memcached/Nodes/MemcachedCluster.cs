using System.Globalization;
using System.Text;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>The servers, and which one has a key.</summary>
internal sealed class MemcachedCluster : IDisposable
{
    private const int DefaultPort = 11211;

    private readonly KetamaRing _ring;

    public MemcachedCluster(MemcachedStoreOptions options, TimeProvider timeProvider)
    {
        var names = options.Servers.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Nodes = Array.ConvertAll(names, name =>
        {
            var (host, port) = Parse(name);
            return new MemcachedNode(name, host, port, options, timeProvider);
        });
        _ring = new KetamaRing(names);
    }

    public MemcachedNode[] Nodes { get; }

    public int NodeOf(string key) => Nodes.Length == 1 ? 0 : _ring.ServerOf(Encoding.ASCII.GetBytes(key));

    /// <summary>Runs one command on the server of <paramref name="key"/>.</summary>
    public async ValueTask<MetaAnswer> ExecuteAsync(string key, MetaRequest request, CancellationToken cancellationToken) =>
        (await Nodes[NodeOf(key)].ExecuteAsync(request, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Runs several commands, one after the other and sent in one piece, on the server of <paramref name="key"/>.</summary>
    public ValueTask<MetaAnswer[]> ExecuteManyAsync(string key, MetaRequest request, CancellationToken cancellationToken) =>
        Nodes[NodeOf(key)].ExecuteAsync(request, cancellationToken);

    /// <summary>Gets several values, those of one server in one piece and from all servers at once; a server that fails has none of them.</summary>
    /// <exception cref="CacheStoreException">Every server failed.</exception>
    public ValueTask<MetaAnswer[]> GetAsync(IReadOnlyList<string> keys, CancellationToken cancellationToken) =>
        ExecuteEachAsync(keys, static (request, key, _) => request.Get(key), cancellationToken);

    /// <summary>Runs a command for each key: those of one server in one piece, and on all servers at once.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="add">Adds the command of a key, which it is given with its index.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public ValueTask<MetaAnswer[]> ExecuteEachAsync(IReadOnlyList<string> keys, Action<MetaRequest, string, int> add, CancellationToken cancellationToken)
    {
        if (Nodes.Length > 1)
        {
            return ExecuteOnAllAsync(keys, add, cancellationToken);
        }

        var request = new MetaRequest(keys.Count);
        for (var i = 0; i < keys.Count; i++)
        {
            add(request, keys[i], i);
        }

        return Nodes[0].ExecuteAsync(request, cancellationToken);
    }

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
        }
    }

    private async ValueTask<MetaAnswer[]> ExecuteOnAllAsync(IReadOnlyList<string> keys, Action<MetaRequest, string, int> add, CancellationToken cancellationToken)
    {
        var answers = new MetaAnswer[keys.Count];
        var tasks = Enumerable.Range(0, keys.Count)
            .GroupBy(i => NodeOf(keys[i]))
            .Select(group => ExecuteAsync(Nodes[group.Key], keys, [.. group], add, answers, cancellationToken))
            .ToArray();
        try
        {
            await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch (CacheStoreException) when (Nodes.Any(node => !node.IsFailed))
        {
            // The keys of a dead server are misses; those of the others are served.
        }

        return answers;
    }

    private static async Task ExecuteAsync(
        MemcachedNode node, IReadOnlyList<string> keys, int[] indices, Action<MetaRequest, string, int> add, MetaAnswer[] answers, CancellationToken cancellationToken)
    {
        var request = new MetaRequest(indices.Length);
        foreach (var index in indices)
        {
            add(request, keys[index], index);
        }

        var found = await node.ExecuteAsync(request, cancellationToken).ConfigureAwait(false);
        for (var i = 0; i < indices.Length; i++)
        {
            answers[indices[i]] = found[i];
        }
    }

    private static (string Host, int Port) Parse(string name)
    {
        var colon = name.LastIndexOf(':');
        if (colon < 0 || (name[0] == '[' && name[^1] == ']'))
        {
            return (name.Trim('[', ']'), DefaultPort);
        }

        if (!int.TryParse(name.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535 || colon == 0)
        {
            throw new ArgumentException($"'{name}' is not a server: write host:port, such as localhost:{DefaultPort}.");
        }

        return (name[..colon].Trim('[', ']'), port);
    }
}
