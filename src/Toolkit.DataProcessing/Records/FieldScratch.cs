namespace Toolkit.DataProcessing;

/// <summary>
/// Memory for the unescaped fields of one record: handed out front to back and taken back as a whole for the next record.
/// A record that needs more gets a larger array; what was handed out before stays valid, because its span holds the old one.
/// </summary>
internal sealed class FieldScratch
{
    private const int InitialLength = 256;

    private byte[] _buffer = [];
    private int _used;

    /// <summary>Takes all memory back; spans handed out before must not be used any more.</summary>
    public void Reset() => _used = 0;

    /// <summary>Memory of exactly <paramref name="length"/> bytes.</summary>
    public Span<byte> Rent(int length)
    {
        if (_buffer.Length - _used < length + RowContext.Padding)
        {
            _buffer = new byte[Math.Max(Math.Max(InitialLength, length + RowContext.Padding), _buffer.Length * 2)];
            _used = 0;
        }

        var span = _buffer.AsSpan(_used, length);
        _used += length;
        return span;
    }
}
