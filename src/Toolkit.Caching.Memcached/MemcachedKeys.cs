using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Toolkit.Caching.Stores;

namespace Toolkit.Caching.Memcached;

/// <summary>
/// Names on a server: at most 250 characters, printable. A key is base64url; one that would be longer is hashed (SHA-256), and the entry
/// then carries the key itself, to be compared in full.
/// </summary>
internal sealed class MemcachedKeys(string prefix)
{
    /// <summary>The length of the longest name.</summary>
    public const int Longest = 250;

    private const int OnStack = 256;

    private readonly byte[] _prefix = Encoding.ASCII.GetBytes(prefix);

    private volatile NamedCache? _last;

    public byte[] Entry(CacheStoreKey key, out bool hashed) => Name('v', key, out hashed);

    public byte[] Lease(CacheStoreKey key) => Name('l', key, out _);

    // The last one is kept: the next look-up is mostly for the same cache.
    public byte[] CacheBarrier(string cacheId)
    {
        if (_last is { } last && ReferenceEquals(last.CacheId, cacheId))
        {
            return last.Barrier;
        }

        var barrier = Barrier('c', cacheId);
        _last = new NamedCache(cacheId, barrier);
        return barrier;
    }

    public byte[] TagBarrier(string tag) => Barrier('t', tag);

    /// <summary>The same as <see cref="Entry"/>, without an array.</summary>
    /// <returns>The length of the name.</returns>
    public int WriteEntry(CacheStoreKey key, Span<byte> name, out bool hashed) => Write('v', key, name, out hashed);

    private byte[] Name(char kind, CacheStoreKey key, out bool hashed)
    {
        Span<byte> name = stackalloc byte[Longest];
        return name[..Write(kind, key, name, out hashed)].ToArray();
    }

    private byte[] Barrier(char kind, string of)
    {
        Span<byte> name = stackalloc byte[Longest];
        return name[..Write(kind, Encoding.UTF8.GetBytes(of), name, out _)].ToArray();
    }

    [SkipLocalsInit]
    private int Write(char kind, CacheStoreKey key, Span<byte> name, out bool hashed)
    {
        var length = key.Length;
        Span<byte> bytes = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        return Write(kind, bytes[..key.WriteTo(bytes)], name, out hashed);
    }

    private int Write(char kind, ReadOnlySpan<byte> key, Span<byte> name, out bool hashed)
    {
        hashed = _prefix.Length + 2 + Base64Url.GetEncodedLength(key.Length) > Longest;
        return hashed ? Join(char.ToUpperInvariant(kind), SHA256.HashData(key), name) : Join(kind, key, name);
    }

    private int Join(char kind, ReadOnlySpan<byte> key, Span<byte> name)
    {
        _prefix.CopyTo(name);
        name[_prefix.Length] = (byte)kind;
        name[_prefix.Length + 1] = (byte)':';
        var head = _prefix.Length + 2;
        return head + Base64Url.EncodeToUtf8(key, name[head..]);
    }

    private sealed record NamedCache(string CacheId, byte[] Barrier);
}
