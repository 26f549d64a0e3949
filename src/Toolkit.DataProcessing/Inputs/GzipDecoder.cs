using System.IO.Compression;

namespace Toolkit.DataProcessing;

/// <summary>
/// gzip of one member or several. The platform's stream checks each member's checksum, but takes a file that was cut off for a
/// whole one, and leaves out what follows the last member. So a member of our own comes behind the file's end: only if the end
/// was that of a member does its text come out, as the last thing.
/// </summary>
internal sealed class GzipDecoder : DecoderStream
{
    // A text that no file can know, and that member.
    private static readonly byte[] s_mark = Guid.NewGuid().ToByteArray();
    private static readonly byte[] s_member = Compress(s_mark);

    private readonly GZipStream _inner;
    private readonly byte[] _held = new byte[s_mark.Length];
    private readonly byte[] _small = new byte[3 * s_mark.Length];
    private int _heldCount;
    private bool _complete;

    public GzipDecoder(Stream compressed)
        : this(new GZipStream(new MarkedStream(compressed), CompressionMode.Decompress))
    {
    }

    private GzipDecoder(GZipStream inner)
        : base(inner) => _inner = inner;

    public override int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count == 0 && !_complete && !buffer.IsEmpty)
        {
            // Into the caller's buffer, behind what was held back; into another one only where there is no room for both.
            var isSmall = buffer.Length + s_mark.Length <= _small.Length;
            var target = isSmall ? _small.AsSpan(0, _heldCount + buffer.Length) : buffer;
            count = Fill(target);
            if (isSmall)
            {
                target[..count].CopyTo(buffer);
            }
        }

        return count;
    }

    private static byte[] Compress(byte[] text)
    {
        var member = new MemoryStream();
        using (var compressor = new GZipStream(member, CompressionLevel.NoCompression))
        {
            compressor.Write(text);
        }

        return member.ToArray();
    }

    // What may be the mark is held back.
    private int Fill(Span<byte> target)
    {
        _held.AsSpan(0, _heldCount).CopyTo(target);
        var count = _inner.Read(target[_heldCount..]);
        if (count == 0)
        {
            _complete = true;
            return _heldCount == s_mark.Length && _held.AsSpan().SequenceEqual(s_mark)
                ? 0
                : throw new InvalidDataException("The gzip data ends in the middle of a member, or something else follows it.");
        }

        var total = _heldCount + count;
        _heldCount = Math.Min(total, s_mark.Length);
        target[(total - _heldCount)..total].CopyTo(_held);
        return total - _heldCount;
    }

    /// <summary>A stream with the marked member behind it.</summary>
    private sealed class MarkedStream(Stream inner) : DecoderStream(inner)
    {
        private readonly Stream _inner = inner;
        private int _given = -1;

        public override int Read(Span<byte> buffer)
        {
            if (_given < 0 && !buffer.IsEmpty)
            {
                var count = _inner.Read(buffer);
                if (count > 0)
                {
                    return count;
                }

                _given = 0;
            }

            var rest = s_member.AsSpan(Math.Max(0, _given));
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            _given += rest.Length;
            return rest.Length;
        }
    }
}
