using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace Toolkit.Caching.Stores;

/// <summary>
/// Writes arguments as canonical bytes: the same arguments give the same bytes in every process, culture and run, and
/// different arguments give different bytes.
/// </summary>
/// <remarks>
/// Every part has a type tag and, where its size is not fixed, a length, so that <c>("a", "bc")</c> and <c>("ab", "c")</c>,
/// <c>1</c>, <c>1L</c> and <c>1.0</c>, and <see langword="null"/> and <c>""</c> differ. What a method can tell apart is kept
/// apart: −0.0 from 0.0, 1.0m from 1.00m, the <see cref="DateTime.Kind"/>. All NaNs are one. A generated method writes its
/// arguments in the order of its parameters. Call <see cref="Dispose"/> when done; not safe for concurrent use.
/// </remarks>
public ref partial struct CacheKeyWriter
{
    private const int InitialCapacity = 128;
    private const int MaximumDepth = 1000;

    private byte[]? _buffer;
    private int _length;
    private int _depth;

    /// <summary>The number of bytes written.</summary>
    public readonly int Length => _length;

    /// <summary>The bytes written so far; valid until the next write.</summary>
    public readonly ReadOnlySpan<byte> WrittenSpan => _buffer.AsSpan(0, _length);

    /// <summary>A key of the cache <paramref name="cacheId"/> with a copy of what was written.</summary>
    public readonly CacheStoreKey ToKey(string cacheId) => new(cacheId, WrittenSpan.ToArray());

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (_buffer is { } buffer)
        {
            this = default;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Writes <see langword="null"/>, of any type.</summary>
    public void WriteNull() => Take(1)[0] = (byte)CacheKeyTag.Null;

    /// <summary>Writes a value.</summary>
    public void Write(bool value) => Take(1)[0] = (byte)(value ? CacheKeyTag.True : CacheKeyTag.False);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(sbyte value) => Tagged(CacheKeyTag.SByte, 1)[0] = (byte)value;

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(byte value) => Tagged(CacheKeyTag.Byte, 1)[0] = value;

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(short value) => BinaryPrimitives.WriteInt16LittleEndian(Tagged(CacheKeyTag.Int16, 2), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Tagged(CacheKeyTag.UInt16, 2), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(int value) => BinaryPrimitives.WriteInt32LittleEndian(Tagged(CacheKeyTag.Int32, 4), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Tagged(CacheKeyTag.UInt32, 4), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Tagged(CacheKeyTag.Int64, 8), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Tagged(CacheKeyTag.UInt64, 8), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(Int128 value) => BinaryPrimitives.WriteInt128LittleEndian(Tagged(CacheKeyTag.Int128, 16), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(UInt128 value) => BinaryPrimitives.WriteUInt128LittleEndian(Tagged(CacheKeyTag.UInt128, 16), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(nint value) => BinaryPrimitives.WriteInt64LittleEndian(Tagged(CacheKeyTag.IntPtr, 8), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(nuint value) => BinaryPrimitives.WriteUInt64LittleEndian(Tagged(CacheKeyTag.UIntPtr, 8), value);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(char value) => BinaryPrimitives.WriteUInt16LittleEndian(Tagged(CacheKeyTag.Char, 2), value);

    /// <summary>Writes a value; all NaNs are the same key, −0 is not 0.</summary>
    public void Write(Half value) =>
        BinaryPrimitives.WriteHalfLittleEndian(Tagged(CacheKeyTag.Half, 2), Half.IsNaN(value) ? Half.NaN : value);

    /// <inheritdoc cref="Write(Half)"/>
    public void Write(float value) =>
        BinaryPrimitives.WriteSingleLittleEndian(Tagged(CacheKeyTag.Single, 4), float.IsNaN(value) ? float.NaN : value);

    /// <inheritdoc cref="Write(Half)"/>
    public void Write(double value) =>
        BinaryPrimitives.WriteDoubleLittleEndian(Tagged(CacheKeyTag.Double, 8), double.IsNaN(value) ? double.NaN : value);

    /// <summary>Writes a value with its scale: 1.0m and 1.00m are different keys.</summary>
    public void Write(decimal value)
    {
        Span<int> bits = stackalloc int[4];
        decimal.GetBits(value, bits);
        var target = Tagged(CacheKeyTag.Decimal, 16);
        for (var i = 0; i < bits.Length; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(target[(4 * i)..], bits[i]);
        }
    }

    /// <summary>Writes a text by its UTF-16 code units, without normalising it.</summary>
    public void Write(string? value)
    {
        if (value is null)
        {
            WriteNull();
            return;
        }

        Write(value.AsSpan());
    }

    /// <inheritdoc cref="Write(string?)"/>
    public void Write(scoped ReadOnlySpan<char> value)
    {
        var start = _length;
        const int widest = 3;
        var target = Reserve(checked(1 + MaximumVarint + (value.Length * widest)));
        var lengthBytes = WriteVarint(target[1..], (uint)value.Length);
        var status = Utf8.FromUtf16(value, target[(1 + lengthBytes)..], out _, out var written, replaceInvalidSequences: false);
        if (status == OperationStatus.Done)
        {
            // The length is that of the text; together with UTF-8's self-delimiting form it fixes where the part ends.
            target[0] = (byte)CacheKeyTag.String;
            _length = start + 1 + lengthBytes + written;
            return;
        }

        // An unpaired surrogate has no UTF-8: replaced, two different texts would be one key.
        target[0] = (byte)CacheKeyTag.StringUtf16;
        for (var i = 0; i < value.Length; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(target[(1 + lengthBytes + (2 * i))..], value[i]);
        }

        _length = start + 1 + lengthBytes + (2 * value.Length);
    }

    /// <summary>Writes bytes, or <see langword="null"/>.</summary>
    public void Write(byte[]? value)
    {
        if (value is null)
        {
            WriteNull();
            return;
        }

        Write((ReadOnlySpan<byte>)value);
    }

    /// <summary>Writes bytes.</summary>
    public void Write(scoped ReadOnlySpan<byte> value)
    {
        Take(1)[0] = (byte)CacheKeyTag.Bytes;
        WriteLength(value.Length);
        value.CopyTo(Take(value.Length));
    }

    private const int MaximumVarint = 5;

    private Span<byte> Tagged(CacheKeyTag tag, int length)
    {
        var target = Take(1 + length);
        target[0] = (byte)tag;
        return target[1..];
    }

    private void WriteLength(int length)
    {
        var target = Reserve(MaximumVarint);
        _length += WriteVarint(target, (uint)length);
    }

    private static int WriteVarint(Span<byte> target, uint value)
    {
        var i = 0;
        for (; value >= 0x80; value >>= 7)
        {
            target[i++] = (byte)(value | 0x80);
        }

        target[i] = (byte)value;
        return i + 1;
    }

    private Span<byte> Take(int length)
    {
        var target = Reserve(length);
        _length += length;
        return target;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<byte> Reserve(int length)
    {
        if (_buffer is null || _buffer.Length - _length < length)
        {
            Grow(length);
        }

        return _buffer.AsSpan(_length);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow(int length)
    {
        var bigger = ArrayPool<byte>.Shared.Rent(Math.Max(InitialCapacity, Math.Max(checked(_length + length), 2 * _length)));
        WrittenSpan.CopyTo(bigger);
        if (_buffer is { } old)
        {
            ArrayPool<byte>.Shared.Return(old);
        }

        _buffer = bigger;
    }
}
