using System.Buffers.Binary;
using System.Text;

namespace Toolkit.Caching.Redis;

/// <summary>
/// An entry on the server, little endian: format, a byte that says which parts there are, stamp (8 bytes); then those parts: sliding
/// expiration and deadline (Unix milliseconds, 8 bytes each), and the tags (length and UTF-8 each) behind their length; the value.
/// </summary>
internal readonly struct RedisEntry
{
    private const byte Format = 2;
    private const byte Slides = 1;
    private const byte Tagged = 2;
    private const int StampOffset = 2;
    private const int HeaderLength = StampOffset + sizeof(long);
    private const int DeadlineOffset = HeaderLength + sizeof(long);
    private const int SlidingHeaderLength = DeadlineOffset + sizeof(long);

    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _tagsOffset;
    private readonly int _valueOffset;

    private RedisEntry(ReadOnlyMemory<byte> bytes, long stamp, int tagsOffset, int valueOffset)
    {
        _bytes = bytes;
        Stamp = stamp;
        _tagsOffset = tagsOffset;
        _valueOffset = valueOffset;
    }

    public long Stamp { get; }

    public bool IsSliding => (_bytes.Span[1] & Slides) != 0;

    /// <summary>Of an entry that slides.</summary>
    public long SlidingMilliseconds => BinaryPrimitives.ReadInt64LittleEndian(_bytes.Span[HeaderLength..]);

    /// <summary>Of an entry that slides.</summary>
    public long DeadlineMilliseconds => BinaryPrimitives.ReadInt64LittleEndian(_bytes.Span[DeadlineOffset..]);

    public bool HasTags => _tagsOffset < _valueOffset;

    /// <summary>What tells this entry, which slides, from the one that replaces it.</summary>
    public ReadOnlyMemory<byte> Head => _bytes[..SlidingHeaderLength];

    public ReadOnlyMemory<byte> Value => _bytes[_valueOffset..];

    /// <param name="stamp">The logical time.</param>
    /// <param name="sliding">The sliding expiration in milliseconds, 0 for none.</param>
    /// <param name="deadline">Kept with a sliding expiration only: the server knows it otherwise.</param>
    /// <param name="tags">The tags.</param>
    /// <param name="value">The value.</param>
    public static byte[] Write(long stamp, long sliding, long deadline, IReadOnlyList<string> tags, ReadOnlySpan<byte> value)
    {
        var tagsLength = 0;
        for (var i = 0; i < tags.Count; i++)
        {
            tagsLength += sizeof(ushort) + Encoding.UTF8.GetByteCount(tags[i]);
        }

        var position = sliding == 0 ? HeaderLength : SlidingHeaderLength;
        var bytes = GC.AllocateUninitializedArray<byte>(position + (tagsLength == 0 ? 0 : sizeof(int) + tagsLength) + value.Length);
        bytes[0] = Format;
        bytes[1] = (byte)((sliding == 0 ? 0 : Slides) | (tagsLength == 0 ? 0 : Tagged));
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(StampOffset), stamp);
        if (sliding != 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(HeaderLength), sliding);
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(DeadlineOffset), deadline);
        }

        if (tagsLength != 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(position), tagsLength);
            position += sizeof(int);
        }

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
        var span = bytes.Span;
        if (span.Length < HeaderLength || span[0] != Format)
        {
            return false;
        }

        var position = (span[1] & Slides) == 0 ? HeaderLength : SlidingHeaderLength;
        var tagsLength = 0;
        if ((span[1] & Tagged) != 0)
        {
            if (span.Length < position + sizeof(int))
            {
                return false;
            }

            tagsLength = BinaryPrimitives.ReadInt32LittleEndian(span[position..]);
            position += sizeof(int);
        }

        if (tagsLength < 0 || tagsLength > span.Length - position)
        {
            return false;
        }

        entry = new RedisEntry(bytes, BinaryPrimitives.ReadInt64LittleEndian(span[StampOffset..]), position, position + tagsLength);
        return true;
    }

    public List<string> ReadTags()
    {
        var tags = new List<string>();
        var rest = _bytes.Span[_tagsOffset.._valueOffset];
        while (rest.Length >= sizeof(ushort))
        {
            var length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(rest), rest.Length - sizeof(ushort));
            tags.Add(Encoding.UTF8.GetString(rest.Slice(sizeof(ushort), length)));
            rest = rest[(sizeof(ushort) + length)..];
        }

        return tags;
    }
}
