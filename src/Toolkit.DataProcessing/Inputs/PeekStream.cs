namespace Toolkit.DataProcessing;

/// <summary>A stream whose first bytes were looked at and come again.</summary>
internal sealed class PeekStream : DecoderStream
{
    private readonly Stream _inner;
    private readonly byte[] _peeked;
    private readonly int _length;
    private int _position;

    public PeekStream(Stream inner, int count)
        : base(inner)
    {
        _inner = inner;
        _peeked = new byte[count];
        _length = inner.ReadAtLeast(_peeked, count, throwOnEndOfStream: false);
    }

    public ReadOnlySpan<byte> Peeked => _peeked.AsSpan(0, _length);

    public override int Read(Span<byte> buffer)
    {
        if (_position == _length)
        {
            return _inner.Read(buffer);
        }

        var rest = _peeked.AsSpan(_position, _length - _position);
        rest = rest[..Math.Min(rest.Length, buffer.Length)];
        rest.CopyTo(buffer);
        _position += rest.Length;
        return rest.Length;
    }
}
