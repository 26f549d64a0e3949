using System.Buffers.Binary;
using System.Text;

namespace Toolkit.Caching.Stores;

/// <summary>
/// The wire form of an invalidation, for backplanes: one byte of kind, then the whole key, the cache id, or each tag with its
/// length (two bytes, little endian) in UTF-8. Bytes that make no sense read as <see cref="CacheInvalidation.Everything"/>.
/// </summary>
public static class CacheInvalidationFormat
{
    /// <summary>Writes an invalidation.</summary>
    public static byte[] Write(CacheInvalidation invalidation)
    {
        ArgumentNullException.ThrowIfNull(invalidation);
        using var stream = new MemoryStream();
        stream.WriteByte((byte)invalidation.Kind);
        switch (invalidation.Kind)
        {
            case CacheInvalidationKind.Key:
                stream.Write(invalidation.Key.ToArray());
                break;
            case CacheInvalidationKind.Cache:
                stream.Write(Encoding.UTF8.GetBytes(invalidation.CacheId));
                break;
            case CacheInvalidationKind.Tags:
                Span<byte> length = stackalloc byte[2];
                foreach (var tag in invalidation.Tags)
                {
                    var bytes = Encoding.UTF8.GetBytes(tag);
                    BinaryPrimitives.WriteUInt16LittleEndian(length, checked((ushort)bytes.Length));
                    stream.Write(length);
                    stream.Write(bytes);
                }

                break;
        }

        return stream.ToArray();
    }

    /// <summary>Reads an invalidation.</summary>
    public static CacheInvalidation Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return CacheInvalidation.Everything;
        }

        var body = bytes[1..];
        return (CacheInvalidationKind)bytes[0] switch
        {
            CacheInvalidationKind.Cache when !body.IsEmpty => CacheInvalidation.ForCache(Encoding.UTF8.GetString(body)),
            CacheInvalidationKind.Key => ReadKey(body),
            CacheInvalidationKind.Tags => ReadTags(body),
            _ => CacheInvalidation.Everything,
        };
    }

    private static CacheInvalidation ReadKey(ReadOnlySpan<byte> body) =>
        TryTake(ref body, out var id) && !id.IsEmpty
            ? CacheInvalidation.ForKey(new CacheStoreKey(Encoding.UTF8.GetString(id), body.ToArray()))
            : CacheInvalidation.Everything;

    private static CacheInvalidation ReadTags(ReadOnlySpan<byte> body)
    {
        var tags = new List<string>();
        while (!body.IsEmpty)
        {
            if (!TryTake(ref body, out var tag))
            {
                return CacheInvalidation.Everything;
            }

            tags.Add(Encoding.UTF8.GetString(tag));
        }

        return CacheInvalidation.ForTags(tags);
    }

    private static bool TryTake(ref ReadOnlySpan<byte> body, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (body.Length < 2 || body.Length - 2 < BinaryPrimitives.ReadUInt16LittleEndian(body))
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt16LittleEndian(body);
        part = body.Slice(2, length);
        body = body[(2 + length)..];
        return true;
    }
}
