using System.Buffers.Binary;

namespace Toolkit.DataProcessing;

/// <summary>Reads states that <see cref="StateWriting"/> wrote.</summary>
internal ref struct StateReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool IsAtEnd => _rest.IsEmpty;

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Read(sizeof(int)));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Read(sizeof(long)));

    public bool ReadFlag() => Read(1)[0] != 0;

    /// <summary>Bytes behind their length.</summary>
    public ReadOnlySpan<byte> ReadBlock() => Read(ReadInt32());

    public ReadOnlySpan<byte> Read(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new InvalidDataException("The written state of a job is cut off, or not one of this job.");
        }

        var read = _rest[..count];
        _rest = _rest[count..];
        return read;
    }
}
