using System.Buffers.Text;
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
    private const int Longest = 250;

    private const int OnStack = 256;

    public string Entry(CacheStoreKey key, out bool hashed) => Name('v', key, out hashed);

    public string Lease(CacheStoreKey key) => Name('l', key, out _);

    public string CacheBarrier(string cacheId) => Name('c', Encoding.UTF8.GetBytes(cacheId), out _);

    public string TagBarrier(string tag) => Name('t', Encoding.UTF8.GetBytes(tag), out _);

    private string Name(char kind, CacheStoreKey key, out bool hashed)
    {
        var length = key.Length;
        Span<byte> bytes = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        return Name(kind, bytes[..key.WriteTo(bytes)], out hashed);
    }

    private string Name(char kind, ReadOnlySpan<byte> key, out bool hashed)
    {
        hashed = prefix.Length + 2 + Base64Url.GetEncodedLength(key.Length) > Longest;
        if (hashed)
        {
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            SHA256.HashData(key, hash);
            return Join(char.ToUpperInvariant(kind), hash);
        }

        return Join(kind, key);
    }

    private string Join(char kind, ReadOnlySpan<byte> key)
    {
        Span<char> name = stackalloc char[Longest];
        prefix.CopyTo(name);
        name[prefix.Length] = kind;
        name[prefix.Length + 1] = ':';
        var head = prefix.Length + 2;
        return new string(name[..(head + Base64Url.EncodeToChars(key, name[head..]))]);
    }
}
