using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Toolkit.Caching.Stores;

public ref partial struct CacheKeyWriter
{
    /// <inheritdoc cref="Write(bool)"/>
    public void Write(Guid value) => value.TryWriteBytes(Tagged(CacheKeyTag.Guid, 16), bigEndian: true, out _);

    /// <summary>Writes the ticks and the kind: the same instant as local time and as UTC are two keys.</summary>
    public void Write(DateTime value)
    {
        var target = Tagged(CacheKeyTag.DateTime, 9);
        target[0] = (byte)value.Kind;
        BinaryPrimitives.WriteInt64LittleEndian(target[1..], value.Ticks);
    }

    /// <summary>Writes the ticks of the clock time and the offset.</summary>
    public void Write(DateTimeOffset value)
    {
        var target = Tagged(CacheKeyTag.DateTimeOffset, 16);
        BinaryPrimitives.WriteInt64LittleEndian(target, value.Ticks);
        BinaryPrimitives.WriteInt64LittleEndian(target[8..], value.Offset.Ticks);
    }

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(TimeSpan value) => BinaryPrimitives.WriteInt64LittleEndian(Tagged(CacheKeyTag.TimeSpan, 8), value.Ticks);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(DateOnly value) => BinaryPrimitives.WriteInt32LittleEndian(Tagged(CacheKeyTag.DateOnly, 4), value.DayNumber);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(TimeOnly value) => BinaryPrimitives.WriteInt64LittleEndian(Tagged(CacheKeyTag.TimeOnly, 8), value.Ticks);

    /// <inheritdoc cref="Write(bool)"/>
    public void Write(BigInteger value)
    {
        Take(1)[0] = (byte)CacheKeyTag.BigInteger;
        var length = value.GetByteCount();
        WriteLength(length);
        value.TryWriteBytes(Take(length), out _);
    }

    /// <summary>Writes an enum value by its number. Members may be renamed; a changed number is another key.</summary>
    public void WriteEnum<TEnum>(TEnum value)
        where TEnum : struct, Enum
    {
        var number = Unsafe.SizeOf<TEnum>() switch
        {
            1 => Unsafe.BitCast<TEnum, byte>(value),
            2 => Unsafe.BitCast<TEnum, ushort>(value),
            4 => Unsafe.BitCast<TEnum, uint>(value),
            _ => Unsafe.BitCast<TEnum, ulong>(value),
        };
        BinaryPrimitives.WriteUInt64LittleEndian(Tagged(CacheKeyTag.Enum, 8), number);
    }

    /// <summary>Writes a value that writes itself, or <see langword="null"/>.</summary>
    public void WritePart<T>(T? value)
        where T : ICacheKeyPart
    {
        if (value is null)
        {
            WriteNull();
            return;
        }

        BeginObject(value.GetType().FullName ?? "");
        value.WriteKey(ref this);
        EndObject();
    }

    /// <summary>
    /// Begins an object whose members follow, up to <see cref="EndObject"/>; the name of its run-time type keeps subtypes apart.
    /// </summary>
    /// <exception cref="InvalidOperationException">Objects are nested a thousand deep: one contains itself.</exception>
    public void BeginObject(string typeName)
    {
        // An error can be read and caught, a stack that overflows ends the process.
        if (++_depth > MaximumDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new InvalidOperationException(
                $"A key argument is nested {_depth} objects deep, the last a {typeName}: does it contain itself? Let the type write an identifier instead, or mark the parameter [CacheIgnore].");
        }

        Take(1)[0] = (byte)CacheKeyTag.Object;
        Write(typeName);
    }

    /// <summary>Ends what <see cref="BeginObject"/> began.</summary>
    public void EndObject()
    {
        _depth--;
        Take(1)[0] = (byte)CacheKeyTag.End;
    }
}
