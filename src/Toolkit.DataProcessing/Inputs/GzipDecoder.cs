using System.IO.Compression;

namespace Toolkit.DataProcessing;

/// <summary>
/// gzip of one member or several. The platform's stream checks each member's checksum, but takes a file that was cut off for a
/// whole one. A whole one ends with the length of its last member, and a member begins where some read ended: if the length
/// leads back to no such place, the end is missing.
/// </summary>
internal sealed class GzipDecoder : DecoderStream
{
    private readonly GzipTail _tail;
    private readonly GZipStream _inner;
    private readonly HashSet<uint> _boundaries = [0];
    private uint _position;

    public GzipDecoder(Stream compressed)
        : this(new GzipTail(compressed))
    {
    }

    private GzipDecoder(GzipTail tail)
        : this(tail, new GZipStream(tail, CompressionMode.Decompress))
    {
    }

    private GzipDecoder(GzipTail tail, GZipStream inner)
        : base(inner)
    {
        _tail = tail;
        _inner = inner;
    }

    public override int Read(Span<byte> buffer)
    {
        var count = _inner.Read(buffer);
        if (count == 0 && !buffer.IsEmpty && !_boundaries.Contains(unchecked(_position - _tail.LastNumber)))
        {
            throw new InvalidDataException("The gzip data ends in the middle of a member, or something else follows it.");
        }

        // Lengths are kept modulo 2^32 by the format too.
        _position = unchecked(_position + (uint)count);
        _boundaries.Add(_position);
        return count;
    }

    /// <summary>Remembers the last four bytes that went by.</summary>
    private sealed class GzipTail(Stream inner) : DecoderStream(inner)
    {
        private readonly Stream _inner = inner;

        public uint LastNumber { get; private set; }

        public override int Read(Span<byte> buffer)
        {
            var count = _inner.Read(buffer);
            for (var i = Math.Max(0, count - sizeof(uint)); i < count; i++)
            {
                LastNumber = (LastNumber >> 8) | ((uint)buffer[i] << 24);
            }

            return count;
        }
    }
}
