using System.Globalization;
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

    public int NodeOf(ReadOnlySpan<byte> key) => Nodes.Length == 1 ? 0 : _ring.ServerOf(key);

    /// <summary>Runs one command on the server of <paramref name="key"/>.</summary>
    public async ValueTask<MetaAnswer> ExecuteAsync(byte[] key, MetaRequest request, CancellationToken cancellationToken) =>
        (await Nodes[NodeOf(key)].ExecuteAsync(request, cancellationToken).ConfigureAwait(false))[0];

    /// <summary>Runs several commands, one after the other and sent in one piece, on the server of <paramref name="key"/>.</summary>
    public ValueTask<MetaAnswer[]> ExecuteManyAsync(byte[] key, MetaRequest request, CancellationToken cancellationToken) =>
        Nodes[NodeOf(key)].ExecuteAsync(request, cancellationToken);

    public void Dispose()
    {
        foreach (var node in Nodes)
        {
            node.Dispose();
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
