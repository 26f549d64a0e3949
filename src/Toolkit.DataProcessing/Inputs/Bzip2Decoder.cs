using ICSharpCode.SharpZipLib.BZip2;

namespace Toolkit.DataProcessing;

/// <summary>bzip2 of one stream or several, one behind the other, as parallel compressors write it.</summary>
internal sealed class Bzip2Decoder : DecoderStream
{
    private const int BufferBytes = 64 * 1024;

    private readonly OneAhead _source;
    private BZip2InputStream? _member;
    private byte[] _buffer = [];
    private bool _any;
    private int _members;

    public Bzip2Decoder(Stream compressed)
        : this(new OneAhead(new BufferedStream(compressed, BufferBytes)))
    {
    }

    private Bzip2Decoder(OneAhead source)
        : base(source) => _source = source;

    public override int Read(Span<byte> buffer)
    {
        if (_buffer.Length < buffer.Length)
        {
            _buffer = new byte[buffer.Length];
        }

        while (!buffer.IsEmpty)
        {
            if (_member is null)
            {
                if (_source.AtEnd())
                {
                    return 0;
                }

                _member = new BZip2InputStream(_source) { IsStreamOwner = false };
                _members++;
                _any = false;
            }

            var count = _member.Read(_buffer, 0, buffer.Length);
            if (count > 0)
            {
                _any = true;
                _buffer.AsSpan(0, count).CopyTo(buffer);
                return count;
            }

            if (!_any && _members > 1)
            {
                throw new InvalidDataException("Something that is no bzip2 stream follows the data.");
            }

            _member.Dispose();
            _member = null;
        }

        return 0;
    }

    /// <summary>A stream that can tell whether there is another byte.</summary>
    private sealed class OneAhead(Stream inner) : DecoderStream(inner)
    {
        private readonly Stream _inner = inner;
        private int _ahead = -1;

        public bool AtEnd()
        {
            if (_ahead < 0)
            {
                _ahead = _inner.ReadByte();
            }

            return _ahead < 0;
        }

        public override int ReadByte()
        {
            var value = _ahead;
            _ahead = -1;
            return value >= 0 ? value : _inner.ReadByte();
        }

        public override int Read(Span<byte> buffer)
        {
            if (buffer.IsEmpty || _ahead < 0)
            {
                return _inner.Read(buffer);
            }

            buffer[0] = (byte)_ahead;
            _ahead = -1;
            return 1;
        }
    }
}
