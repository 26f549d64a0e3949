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

    public string Entry(CacheStoreKey key, out bool hashed) => Name('v', key.ToArray(), out hashed);

    public string Lease(CacheStoreKey key) => Name('l', key.ToArray(), out _);

    public string CacheBarrier(string cacheId) => Name('c', Encoding.UTF8.GetBytes(cacheId), out _);

    public string TagBarrier(string tag) => Name('t', Encoding.UTF8.GetBytes(tag), out _);

    private string Name(char kind, byte[] key, out bool hashed)
    {
        hashed = prefix.Length + 2 + Base64Url.GetEncodedLength(key.Length) > Longest;
        return hashed
            ? $"{prefix}{char.ToUpperInvariant(kind)}:{Base64Url.EncodeToString(SHA256.HashData(key))}"
            : $"{prefix}{kind}:{Base64Url.EncodeToString(key)}";
    }
}
