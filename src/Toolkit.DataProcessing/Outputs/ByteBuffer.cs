using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>Bytes that grow at their end; the memory is kept when the content is dropped.</summary>
internal sealed class ByteBuffer
{
    private const int InitialLength = 1024;

    private byte[] _bytes = [];

    public int Length { get; private set; }

    public int Capacity => _bytes.Length;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    /// <summary>Drops all from a position on.</summary>
    public void Truncate(int length) => Length = length;

    /// <summary>At least <paramref name="size"/> bytes behind the end, to be made part of the content by <see cref="Advance"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<byte> Free(int size)
    {
        if (_bytes.Length - Length < size)
        {
            Grow(size);
        }

        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(byte value)
    {
        if (_bytes.Length == Length)
        {
            Grow(1);
        }

        _bytes[Length++] = value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Free(bytes.Length));
        Length += bytes.Length;
    }

    private void Grow(int size)
    {
        var needed = checked(Length + size);
        // Doubles up to the longest array that there is; a partition's output beyond that is an error of its own.
        var doubled = (int)Math.Min((long)_bytes.Length * 2, Array.MaxLength);
        Array.Resize(ref _bytes, Math.Max(Math.Max(InitialLength, needed), doubled));
    }
}
