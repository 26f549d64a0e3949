using System.Buffers.Binary;
using System.Text;

namespace Toolkit.Caching.Memcached;

/// <summary>
/// An entry on the server, little endian: format, a byte that says which parts there are, stamp (8 bytes); then those parts: deadline (UTC
/// ticks) and sliding expiration (ticks) of 8 bytes each, the whole key where the name is a hash and the tags (length and UTF-8 each), both
/// behind their length; the value.
/// </summary>
internal readonly struct MemcachedEntry
{
    private const byte Format = 2;
    private const int StampOffset = 2;
    private const int HeaderLength = StampOffset + sizeof(long);

    private readonly byte[] _bytes;
    private readonly int _tagsOffset;
    private readonly int _valueOffset;

    private MemcachedEntry(byte[] bytes, long deadline, long sliding, int tagsOffset, int valueOffset)
    {
        _bytes = bytes;
        DeadlineTicks = deadline;
        SlidingTicks = sliding;
        _tagsOffset = tagsOffset;
        _valueOffset = valueOffset;
    }

    [Flags]
    private enum Parts : byte
    {
        Deadline = 1,
        Sliding = 2,
        Key = 4,
        Tags = 8,
    }

    public long Stamp => BinaryPrimitives.ReadInt64LittleEndian(_bytes.AsSpan(StampOffset));

    public long DeadlineTicks { get; }

    public long SlidingTicks { get; }

    public bool HasTags => _tagsOffset < _valueOffset;

    public ReadOnlyMemory<byte> Value => _bytes.AsMemory(_valueOffset);

    public static byte[] Write(long stamp, long deadline, long sliding, ReadOnlySpan<byte> key, IReadOnlyList<string> tags, ReadOnlySpan<byte> value)
    {
        var tagsLength = 0;
        for (var i = 0; i < tags.Count; i++)
        {
            tagsLength += sizeof(ushort) + Encoding.UTF8.GetByteCount(tags[i]);
        }

        var parts = (deadline == long.MaxValue ? 0 : Parts.Deadline) | (sliding == 0 ? 0 : Parts.Sliding)
            | (key.IsEmpty ? 0 : Parts.Key) | (tagsLength == 0 ? 0 : Parts.Tags);
        var bytes = GC.AllocateUninitializedArray<byte>(Measure(parts) + key.Length + tagsLength + value.Length);
        bytes[0] = Format;
        bytes[1] = (byte)parts;
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(StampOffset), stamp);
        var rest = bytes.AsSpan(HeaderLength);
        rest = parts.HasFlag(Parts.Deadline) ? WriteNumber(rest, deadline) : rest;
        rest = parts.HasFlag(Parts.Sliding) ? WriteNumber(rest, sliding) : rest;
        if (parts.HasFlag(Parts.Key))
        {
            rest = WriteLength(rest, key.Length);
            key.CopyTo(rest);
            rest = rest[key.Length..];
        }

        rest = parts.HasFlag(Parts.Tags) ? WriteTags(WriteLength(rest, tagsLength), tags) : rest;
        value.CopyTo(rest);
        return bytes;
    }

    /// <summary>Reads an entry; it must carry <paramref name="key"/> where its name is a hash of that.</summary>
    public static bool TryRead(byte[] bytes, ReadOnlySpan<byte> key, out MemcachedEntry entry)
    {
        entry = default;
        if (bytes.Length < HeaderLength || bytes[0] != Format)
        {
            return false;
        }

        var parts = (Parts)bytes[1];
        if (bytes.Length < Measure(parts))
        {
            return false;
        }

        ReadOnlySpan<byte> rest = bytes.AsSpan(HeaderLength);
        var deadline = parts.HasFlag(Parts.Deadline) ? ReadNumber(ref rest) : long.MaxValue;
        var sliding = parts.HasFlag(Parts.Sliding) ? ReadNumber(ref rest) : 0;
        ReadOnlySpan<byte> ownKey = default;
        if ((parts.HasFlag(Parts.Key) && !TryReadBlock(ref rest, out ownKey)) || !ownKey.SequenceEqual(key))
        {
            return false;
        }

        ReadOnlySpan<byte> tags = default;
        if (parts.HasFlag(Parts.Tags) && !TryReadBlock(ref rest, out tags))
        {
            return false;
        }

        var valueOffset = bytes.Length - rest.Length;
        entry = new MemcachedEntry(bytes, deadline, sliding, valueOffset - tags.Length, valueOffset);
        return true;
    }

    public List<string> ReadTags()
    {
        var tags = new List<string>();
        var rest = _bytes.AsSpan(_tagsOffset, _valueOffset - _tagsOffset);
        while (rest.Length >= sizeof(ushort))
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest.Length - sizeof(ushort));
            tags.Add(Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), length)));
            rest = rest[(sizeof(ushort) + length)..];
        }

        return tags;
    }

    // Without the bytes of the key and the tags themselves.
    private static int Measure(Parts parts) => HeaderLength
        + (parts.HasFlag(Parts.Deadline) ? sizeof(long) : 0) + (parts.HasFlag(Parts.Sliding) ? sizeof(long) : 0)
        + (parts.HasFlag(Parts.Key) ? sizeof(int) : 0) + (parts.HasFlag(Parts.Tags) ? sizeof(int) : 0);

    private static Span<byte> WriteNumber(Span<byte> target, long number)
    {
        BinaryPrimitives.WriteInt64LittleEndian(target, number);
        return target[sizeof(long)..];
    }

    private static Span<byte> WriteLength(Span<byte> target, int length)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        return target[sizeof(int)..];
    }

    private static Span<byte> WriteTags(Span<byte> target, IReadOnlyList<string> tags)
    {
        for (var i = 0; i < tags.Count; i++)
        {
            var written = Encoding.UTF8.GetBytes(tags[i], target[sizeof(ushort)..]);
            BinaryPrimitives.WriteUInt16LittleEndian(target, checked((ushort)written));
            target = target[(sizeof(ushort) + written)..];
        }

        return target;
    }

    private static long ReadNumber(ref ReadOnlySpan<byte> rest)
    {
        var number = BinaryPrimitives.ReadInt64LittleEndian(rest);
        rest = rest[sizeof(long)..];
        return number;
    }

    private static bool TryReadBlock(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> block)
    {
        block = default;
        if (rest.Length < sizeof(int)
            || BinaryPrimitives.ReadInt32LittleEndian(rest) is var length && (uint)length > (uint)(rest.Length - sizeof(int)))
        {
            return false;
        }

        block = rest.Slice(sizeof(int), length);
        rest = rest[(sizeof(int) + length)..];
        return true;
    }
}
