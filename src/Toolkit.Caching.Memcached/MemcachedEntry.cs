using System.Buffers.Binary;
using System.Text;

namespace Toolkit.Caching.Memcached;

/// <summary>
/// An entry on the server, little endian: format; stamp, deadline (UTC ticks) and sliding expiration (ticks) of 8 bytes each; the lengths of key and tags;
/// the whole key where the name is a hash, the tags (length and UTF-8 each), the value.
/// </summary>
internal readonly struct MemcachedEntry
{
    private const byte Format = 1;
    private const int StampOffset = 8;
    private const int DeadlineOffset = 16;
    private const int SlidingOffset = 24;
    private const int KeyLengthOffset = 32;
    private const int TagsLengthOffset = 36;
    private const int HeaderLength = 40;

    private readonly byte[] _bytes;

    private MemcachedEntry(byte[] bytes) => _bytes = bytes;

    public long Stamp => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(StampOffset));

    public long DeadlineTicks => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(DeadlineOffset));

    public long SlidingTicks => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(SlidingOffset));

    public bool HasTags => TagsLength > 0;

    public ReadOnlyMemory<byte> Value => _bytes.AsMemory(HeaderLength + KeyLength + TagsLength);

    private int KeyLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(KeyLengthOffset));

    private int TagsLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes.AsSpan(TagsLengthOffset));

    public static byte[] Write(long stamp, long deadline, long sliding, ReadOnlySpan<byte> key, IReadOnlyList<string> tags, ReadOnlySpan<byte> value)
    {
        var tagsLength = 0;
        for (var i = 0; i < tags.Count; i++)
        {
            tagsLength += sizeof(ushort) + Encoding.UTF8.GetByteCount(tags[i]);
        }

        var bytes = GC.AllocateUninitializedArray<byte>(HeaderLength + key.Length + tagsLength + value.Length);
        bytes.AsSpan(0, HeaderLength).Clear();
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(StampOffset), stamp);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(DeadlineOffset), deadline);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SlidingOffset), sliding);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(KeyLengthOffset), key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(TagsLengthOffset), tagsLength);
        key.CopyTo(bytes.AsSpan(HeaderLength));
        var position = HeaderLength + key.Length;
        for (var i = 0; i < tags.Count; i++)
        {
            var written = Encoding.UTF8.GetBytes(tags[i], bytes.AsSpan(position + sizeof(ushort)));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(position), checked((ushort)written));
            position += sizeof(ushort) + written;
        }

        value.CopyTo(bytes.AsSpan(position));
        return bytes;
    }

    /// <summary>Reads an entry; it must carry <paramref name="key"/> where its name is a hash of that.</summary>
    public static bool TryRead(byte[] bytes, ReadOnlySpan<byte> key, out MemcachedEntry entry)
    {
        entry = new MemcachedEntry(bytes);
        return bytes.Length >= HeaderLength
            && bytes[0] == Format
            && entry.KeyLength >= 0
            && entry.TagsLength >= 0
            && (long)HeaderLength + entry.KeyLength + entry.TagsLength <= bytes.Length
            && bytes.AsSpan(HeaderLength, entry.KeyLength).SequenceEqual(key);
    }

    public List<string> ReadTags()
    {
        var tags = new List<string>();
        var rest = _bytes.AsSpan(HeaderLength + KeyLength, TagsLength);
        while (rest.Length >= sizeof(ushort))
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest.Length - sizeof(ushort));
            tags.Add(Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), length)));
            rest = rest[(sizeof(ushort) + length)..];
        }

        return tags;
    }
}
