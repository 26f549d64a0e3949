using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;

namespace Toolkit.Caching.Disk;

/// <summary>
/// An entry as bytes, little endian: 56 bytes of header, the whole key, the tags (length and UTF-8 each), and the value unless it
/// has a file. The checksum covers all that follows it and, for a file, the file's own checksum.
/// </summary>
internal readonly ref struct DiskRecord
{
    public const int HeaderLength = 56;

    private const int ChecksumOffset = 0;
    private const int StampOffset = 8;
    private const int StoredOffset = 16;
    private const int SlidingOffset = 24;
    private const int DeadlineOffset = 32;
    private const int KeyLengthOffset = 40;
    private const int ValueLengthOffset = 44;
    private const int TagsLengthOffset = 48;
    private const int FileChecksumOffset = 52;

    private readonly ReadOnlySpan<byte> _bytes;

    private DiskRecord(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    public long Stamp => BinaryPrimitives.ReadInt64LittleEndian(_bytes[StampOffset..]);

    public long StoredTicks => BinaryPrimitives.ReadInt64LittleEndian(_bytes[StoredOffset..]);

    public long SlidingTicks => BinaryPrimitives.ReadInt64LittleEndian(_bytes[SlidingOffset..]);

    public long DeadlineTicks => BinaryPrimitives.ReadInt64LittleEndian(_bytes[DeadlineOffset..]);

    public int ValueLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes[ValueLengthOffset..]);

    public uint FileChecksum => BinaryPrimitives.ReadUInt32LittleEndian(_bytes[FileChecksumOffset..]);

    public ReadOnlySpan<byte> Key => _bytes.Slice(HeaderLength, KeyLength);

    public ReadOnlySpan<byte> Tags => _bytes.Slice(HeaderLength + KeyLength, TagsLength);

    public ReadOnlySpan<byte> Value => _bytes[(HeaderLength + KeyLength + TagsLength)..];

    private int KeyLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes[KeyLengthOffset..]);

    private int TagsLength => BinaryPrimitives.ReadInt32LittleEndian(_bytes[TagsLengthOffset..]);

    /// <summary>Reads a record; <see langword="false"/> when it is damaged.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, bool hasFile, out DiskRecord record)
    {
        record = new DiskRecord(bytes);
        if (bytes.Length < HeaderLength
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes) != XxHash3.HashToUInt64(bytes[StampOffset..]))
        {
            return false;
        }

        var inline = hasFile ? 0 : record.ValueLength;
        return (long)HeaderLength + record.KeyLength + record.TagsLength + inline == bytes.Length;
    }

    public static int Measure(ReadOnlySpan<byte> key, IReadOnlyList<string> tags, int inlineLength)
    {
        var length = HeaderLength + key.Length + inlineLength;
        for (var i = 0; i < tags.Count; i++)
        {
            length += sizeof(ushort) + Encoding.UTF8.GetByteCount(tags[i]);
        }

        return length;
    }

    public static void Write(Span<byte> target, in DiskRecordParts parts, ReadOnlySpan<byte> key, IReadOnlyList<string> tags, ReadOnlySpan<byte> inlineValue)
    {
        target[..HeaderLength].Clear();
        BinaryPrimitives.WriteInt64LittleEndian(target[StampOffset..], parts.Stamp);
        BinaryPrimitives.WriteInt64LittleEndian(target[StoredOffset..], parts.StoredTicks);
        BinaryPrimitives.WriteInt64LittleEndian(target[SlidingOffset..], parts.SlidingTicks);
        BinaryPrimitives.WriteInt64LittleEndian(target[DeadlineOffset..], parts.DeadlineTicks);
        BinaryPrimitives.WriteInt32LittleEndian(target[KeyLengthOffset..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(target[ValueLengthOffset..], parts.ValueLength);
        BinaryPrimitives.WriteUInt32LittleEndian(target[FileChecksumOffset..], parts.FileChecksum);
        key.CopyTo(target[HeaderLength..]);
        var position = HeaderLength + key.Length;
        for (var i = 0; i < tags.Count; i++)
        {
            var written = Encoding.UTF8.GetBytes(tags[i], target[(position + sizeof(ushort))..]);
            BinaryPrimitives.WriteUInt16LittleEndian(target[position..], checked((ushort)written));
            position += sizeof(ushort) + written;
        }

        BinaryPrimitives.WriteInt32LittleEndian(target[TagsLengthOffset..], position - HeaderLength - key.Length);
        inlineValue.CopyTo(target[position..]);
        BinaryPrimitives.WriteUInt64LittleEndian(target[ChecksumOffset..], XxHash3.HashToUInt64(target[StampOffset..]));
    }
}
