using ICSharpCode.SharpZipLib.BZip2;

namespace Toolkit.DataProcessing;

/// <summary>bzip2 of one stream or several, one behind the other, as parallel compressors write it.</summary>
internal sealed class Bzip2Decoder : DecoderStream
{
    private const int BufferBytes = 64 * 1024;

    private readonly Bzip2Members _source;
    private BZip2InputStream? _member;
    private byte[] _buffer = [];

    public Bzip2Decoder(Stream compressed)
        : this(new Bzip2Members(new BufferedStream(compressed, BufferBytes)))
    {
    }

    private Bzip2Decoder(Bzip2Members source)
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
                if (!_source.HasMember())
                {
                    return 0;
                }

                _member = new BZip2InputStream(_source) { IsStreamOwner = false };
            }

            var count = _member.Read(_buffer, 0, buffer.Length);
            if (count > 0)
            {
                _buffer.AsSpan(0, count).CopyTo(buffer);
                return count;
            }

            _member.Dispose();
            _member = null;
        }

        return 0;
    }

    /// <summary>A stream that can tell whether another member begins: the decompressor takes anything else for an empty one.</summary>
    private sealed class Bzip2Members(Stream inner) : DecoderStream(inner)
    {
        private const int MagicBytes = 4;

        private readonly Stream _inner = inner;
        private readonly byte[] _ahead = new byte[MagicBytes];
        private int _position;
        private int _length;

        /// <exception cref="InvalidDataException">Something that is no bzip2 stream comes.</exception>
        public bool HasMember()
        {
            // The decompressor has taken all that was looked at: a member is longer.
            _position = 0;
            _length = _inner.ReadAtLeast(_ahead, MagicBytes, throwOnEndOfStream: false);
            return _length != 0
                && (_ahead.AsSpan(0, _length) is [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9'] ? true : throw new InvalidDataException("There is something that is no bzip2 stream."));
        }

        public override int ReadByte() => _position < _length ? _ahead[_position++] : _inner.ReadByte();

        public override int Read(Span<byte> buffer)
        {
            if (_position == _length)
            {
                return _inner.Read(buffer);
            }

            var rest = _ahead.AsSpan(_position.._length);
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            _position += rest.Length;
            return rest.Length;
        }
    }
}
