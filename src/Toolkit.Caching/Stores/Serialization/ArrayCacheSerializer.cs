using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.Caching.Stores;

/// <summary>Arrays of numbers as their memory: one copy in, one copy out.</summary>
internal sealed class ArrayCacheSerializer<T> : ICacheSerializer<T[]>
    where T : unmanaged
{
    public string Schema { get; } = $"array:{typeof(T)}:{Unsafe.SizeOf<T>()}:{(BitConverter.IsLittleEndian ? "le" : "be")}";

    public void Serialize(T[] value, IBufferWriter<byte> destination)
    {
        ArgumentNullException.ThrowIfNull(value);
        destination.Write(MemoryMarshal.AsBytes(value.AsSpan()));
    }

    public T[] Deserialize(ReadOnlyMemory<byte> source)
    {
        if (source.Length % Unsafe.SizeOf<T>() != 0)
        {
            throw new FormatException($"{source.Length} bytes are no whole number of {typeof(T)}.");
        }

        return MemoryMarshal.Cast<byte, T>(source.Span).ToArray();
    }
}
