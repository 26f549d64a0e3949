using System.Buffers.Binary;

namespace Toolkit.DataProcessing;

/// <summary>Reads groups from a <see cref="SpillFile"/>, as <see cref="SpillRecord{TRow,TKey}"/> made them.</summary>
internal sealed class SpillReader(SpillFile file)
{
    /// <summary>The bytes of order and lengths.</summary>
    public const int HeaderBytes = sizeof(long) + (2 * sizeof(int));

    private byte[] _buffer = new byte[16 * 1024];
    private long _offset;
    private int _start;
    private int _end;
    private int _keyLength;
    private int _statesLength;
    private bool _any;

    public long Order { get; private set; }

    /// <summary>All bytes of the group.</summary>
    public ReadOnlySpan<byte> Record => _buffer.AsSpan(_start, HeaderBytes + _keyLength + _statesLength);

    public ReadOnlySpan<byte> Key => _buffer.AsSpan(_start + HeaderBytes, _keyLength);

    public ReadOnlySpan<byte> States => _buffer.AsSpan(_start + HeaderBytes + _keyLength, _statesLength);

    /// <summary>Goes on to the next group.</summary>
    public bool Read()
    {
        _start += _any ? HeaderBytes + _keyLength + _statesLength : 0;
        if (!Ensure(HeaderBytes))
        {
            return false;
        }

        _any = true;
        Order = BinaryPrimitives.ReadInt64LittleEndian(_buffer.AsSpan(_start));
        _keyLength = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start + sizeof(long)));
        _statesLength = BinaryPrimitives.ReadInt32LittleEndian(_buffer.AsSpan(_start + sizeof(long) + sizeof(int)));
        return Ensure(HeaderBytes + _keyLength + _statesLength) ? true : throw new EndOfStreamException("A spilled group is cut off.");
    }

    private bool Ensure(int count)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        var rest = _end - _start;
        if (_buffer.Length < count)
        {
            Array.Resize(ref _buffer, Math.Max(count, _buffer.Length * 2));
        }

        _buffer.AsSpan(_start, rest).CopyTo(_buffer);
        _start = 0;
        var read = file.Read(_buffer.AsSpan(rest), _offset);
        _offset += read;
        _end = rest + read;
        return _end >= count;
    }
}
