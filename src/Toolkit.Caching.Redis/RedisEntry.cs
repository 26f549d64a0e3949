using System.Buffers.Binary;
using System.Text;

namespace Toolkit.Caching.Redis;

/// <summary>
/// An entry on the server, little endian: format, stamp (8 bytes), sliding expiration and deadline (Unix milliseconds, 8 bytes each, 0 for
/// none), length of the tags, the tags (length and UTF-8 each), the value.
/// </summary>
internal readonly struct RedisEntry
{
    private const byte Format = 1;
    private const int StampOffset = 8;
    private const int SlidingOffset = 16;
    private const int DeadlineOffset = 24;
    private const int TagsLengthOffset = 32;
    private const int HeaderLength = 40;

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _tagsLength;

    private RedisEntry(ReadOnlyMemory<byte> bytes, int tagsLength)
    {
        _bytes = bytes;
        _tagsLength = tagsLength;
    }

    public long Stamp => BinaryPrimitives.ReadInt64LittleEndian(_bytes.Span[StampOffset..]);

    public long SlidingMilliseconds => BinaryPrimitives.ReadInt64LittleEndian(_bytes.Span[SlidingOffset..]);

    public long DeadlineMilliseconds => BinaryPrimitives.ReadInt64LittleEndian(_bytes.Span[DeadlineOffset..]);

    public bool HasTags => _tagsLength > 0;

    /// <summary>What tells this entry from the one that replaces it.</summary>
    public ReadOnlyMemory<byte> Head => _bytes[..HeaderLength];

    public ReadOnlyMemory<byte> Value => _bytes[(HeaderLength + _tagsLength)..];

    public static byte[] Write(long stamp, long sliding, long deadline, IReadOnlyList<string> tags, ReadOnlySpan<byte> value)
    {
        var tagsLength = 0;
        for (var i = 0; i < tags.Count; i++)
        {
            tagsLength += sizeof(ushort) + Encoding.UTF8.GetByteCount(tags[i]);
        }

        var bytes = GC.AllocateUninitializedArray<byte>(HeaderLength + tagsLength + value.Length);
        bytes.AsSpan(0, HeaderLength).Clear();
        bytes[0] = Format;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(StampOffset), stamp);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(SlidingOffset), sliding);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(DeadlineOffset), deadline);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(TagsLengthOffset), tagsLength);
        var position = HeaderLength;
        for (var i = 0; i < tags.Count; i++)
        {
            var written = Encoding.UTF8.GetBytes(tags[i], bytes.AsSpan(position + sizeof(ushort)));
            BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(position), checked((ushort)written));
            position += sizeof(ushort) + written;
        }

        value.CopyTo(bytes.AsSpan(position));
        return bytes;
    }

    public static bool TryRead(ReadOnlyMemory<byte> bytes, out RedisEntry entry)
    {
        entry = default;
        if (bytes.Length < HeaderLength || bytes.Span[0] != Format)
        {
            return false;
        }

        var tagsLength = BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[TagsLengthOffset..]);
        if (tagsLength < 0 || tagsLength > bytes.Length - HeaderLength)
        {
            return false;
        }

        entry = new RedisEntry(bytes, tagsLength);
        return true;
    }

    public List<string> ReadTags()
    {
        var tags = new List<string>();
        var rest = _bytes.Span.Slice(HeaderLength, _tagsLength);
        while (rest.Length >= sizeof(ushort))
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest.Length - sizeof(ushort));
            tags.Add(Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), length)));
            rest = rest[(sizeof(ushort) + length)..];
        }

        return tags;
    }
}
