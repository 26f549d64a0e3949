using System.IO.Compression;

namespace Toolkit.DataProcessing;

/// <summary>
/// gzip of one member or several. The platform's stream checks each member's checksum, but takes a file that was cut off for a
/// whole one, and leaves out what follows the last member. So a member of our own comes behind the file's end: only if the end
/// was that of a member does its text come out, as the last thing.
/// </summary>
internal sealed class GzipDecoder : DecoderStream
{
    private const int BufferBytes = 64 * 1024;

    // A text that no file can know, and that member.
    private static readonly byte[] s_mark = Guid.NewGuid().ToByteArray();
    private static readonly byte[] s_member = Compress(s_mark);

    private readonly GZipStream _inner;
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _start;
    private int _end;
    private bool _complete;

    public GzipDecoder(Stream compressed)
        : this(new GZipStream(new MarkedStream(compressed), CompressionMode.Decompress))
    {
    }

    private GzipDecoder(GZipStream inner)
        : base(inner) => _inner = inner;

    // What may be the mark is held back.
    private int Available => _end - _start - s_mark.Length;

    public override int Read(Span<byte> buffer)
    {
        while (Available <= 0 && !_complete && !buffer.IsEmpty)
        {
            Fill();
        }

        var count = Math.Min(Math.Max(0, Available), buffer.Length);
        _buffer.AsSpan(_start, count).CopyTo(buffer);
        _start += count;
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

    private void Fill()
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        _end -= _start;
        _start = 0;
        var count = _inner.Read(_buffer, _end, _buffer.Length - _end);
        _end += count;
        _complete = count == 0;
        if (_complete && !_buffer.AsSpan(0, _end).SequenceEqual(s_mark))
        {
            throw new InvalidDataException("The gzip data ends in the middle of a member, or something else follows it.");
        }
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
