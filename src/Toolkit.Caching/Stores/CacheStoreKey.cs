using System.Buffers.Binary;
using System.Text;

namespace Toolkit.Caching.Stores;

/// <summary>
/// A key of a store: the cache (a method, its version and fingerprint) and the canonical bytes of the arguments that
/// <see cref="CacheKeyWriter"/> wrote. Equality compares all bytes.
/// </summary>
public readonly struct CacheStoreKey : IEquatable<CacheStoreKey>
{
    private const int LengthBytes = 2;

    private readonly string? _cacheId;

    /// <summary>Creates a key.</summary>
    /// <param name="cacheId">Names the cache; at most 65,535 bytes of UTF-8.</param>
    /// <param name="bytes">The canonical key bytes. Not copied: they must not change afterwards.</param>
    public CacheStoreKey(string cacheId, ReadOnlyMemory<byte> bytes)
    {
        ArgumentException.ThrowIfNullOrEmpty(cacheId);
        _cacheId = cacheId;
        Bytes = bytes;
    }

    /// <summary>The cache that the key belongs to.</summary>
    public string CacheId => _cacheId ?? "";

    /// <summary>The canonical bytes of the arguments.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>The number of bytes that <see cref="WriteTo"/> writes.</summary>
    public int Length => LengthBytes + Encoding.UTF8.GetByteCount(CacheId) + Bytes.Length;

    /// <summary>Compares two keys in full.</summary>
    public static bool operator ==(CacheStoreKey left, CacheStoreKey right) => left.Equals(right);

    /// <summary>Compares two keys in full.</summary>
    public static bool operator !=(CacheStoreKey left, CacheStoreKey right) => !left.Equals(right);

    /// <summary>
    /// Writes the whole key: the length of the cache id (two bytes, little endian), the id in UTF-8, the key bytes. No two
    /// different keys give the same bytes.
    /// </summary>
    /// <returns>The number of bytes written.</returns>
    public int WriteTo(Span<byte> destination)
    {
        var idLength = Encoding.UTF8.GetBytes(CacheId, destination[LengthBytes..]);
        BinaryPrimitives.WriteUInt16LittleEndian(destination, checked((ushort)idLength));
        Bytes.Span.CopyTo(destination[(LengthBytes + idLength)..]);
        return LengthBytes + idLength + Bytes.Length;
    }

    /// <summary>The whole key as <see cref="WriteTo"/> writes it.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        WriteTo(bytes);
        return bytes;
    }

    /// <inheritdoc/>
    public bool Equals(CacheStoreKey other) =>
        string.Equals(CacheId, other.CacheId, StringComparison.Ordinal) && Bytes.Span.SequenceEqual(other.Bytes.Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is CacheStoreKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(CacheId, StringComparer.Ordinal);
        hash.AddBytes(Bytes.Span);
        return hash.ToHashCode();
    }

    /// <summary>The cache and the length of the key, for messages: arguments may be secrets and are not shown.</summary>
    public override string ToString() => $"{CacheId} ({Bytes.Length} key bytes)";
}
