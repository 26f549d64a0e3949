using System.IO.Hashing;
using System.Text;
using StackExchange.Redis;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Redis;

/// <summary>
/// The names on the server. An entry and its lease carry the same hash in braces, so that a cluster keeps them on one node; the
/// whole key follows, so that no two keys share a name.
/// </summary>
internal sealed class RedisKeys(string prefix)
{
    private const int HashLength = 2 * sizeof(ulong);

    private readonly byte[] _prefix = Encoding.UTF8.GetBytes(prefix);
    private volatile NamedCache? _last;

    /// <summary>The logical time of the last invalidation.</summary>
    public RedisKey Clock { get; } = Encoding.UTF8.GetBytes(prefix + "clock");

    public RedisChannel Channel { get; } = RedisChannel.Literal(prefix + "invalidations");

    // The last one is kept: the next look-up is mostly for the same cache.
    public RedisKey CacheBarrier(string cacheId)
    {
        if (_last is { } last && ReferenceEquals(last.CacheId, cacheId))
        {
            return last.Barrier;
        }

        RedisKey barrier = Encoding.UTF8.GetBytes(prefix + "cache:" + cacheId);
        _last = new NamedCache(cacheId, barrier);
        return barrier;
    }

    public RedisKey TagBarrier(string tag) => prefix + "tag:" + tag;

    public RedisKey Entry(CacheStoreKey key) => Name(key, 'v');

    public RedisKey Lease(CacheStoreKey key) => Name(key, 'l');

    private byte[] Name(CacheStoreKey key, char kind)
    {
        // prefix { 16 hexadecimal digits } kind key
        var head = _prefix.Length + HashLength + 3;
        var name = new byte[head + key.Length];
        key.WriteTo(name.AsSpan(head));
        _prefix.CopyTo(name, 0);
        name[_prefix.Length] = (byte)'{';
        Span<byte> hash = stackalloc byte[sizeof(ulong)];
        XxHash3.Hash(name.AsSpan(head), hash);
        Convert.TryToHexStringLower(hash, name.AsSpan(_prefix.Length + 1), out _);
        name[head - 2] = (byte)'}';
        name[head - 1] = (byte)kind;
        return name;
    }

    private sealed record NamedCache(string CacheId, RedisKey Barrier);
}
