using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.Caching.Stores;

/// <summary>
/// Read-only memory of numbers. Read back, it is a view of what the store returned, so that a large result on a disk is a
/// memory-mapped file of which only the pages in use are in memory.
/// </summary>
internal sealed class MappedCacheSerializer<T> : ICacheSerializer<ReadOnlyMemory<T>>
    where T : unmanaged
{
    public string Schema { get; } = $"memory:{typeof(T)}:{Unsafe.SizeOf<T>()}:{(BitConverter.IsLittleEndian ? "le" : "be")}";

    public void Serialize(ReadOnlyMemory<T> value, IBufferWriter<byte> destination) =>
        destination.Write(MemoryMarshal.AsBytes(value.Span));

    public ReadOnlyMemory<T> Deserialize(ReadOnlyMemory<byte> source)
    {
        if (source.Length % Unsafe.SizeOf<T>() != 0)
        {
            throw new FormatException($"{source.Length} bytes are no whole number of {typeof(T)}.");
        }

        return new View(source).Memory;
    }

    /// <summary>Bytes seen as <typeparamref name="T"/>. It holds the bytes' owner, and has nothing to free itself.</summary>
    private sealed class View(ReadOnlyMemory<byte> source) : MemoryManager<T>
    {
        private readonly Memory<byte> _source = MemoryMarshal.AsMemory(source);

        public override Span<T> GetSpan() => MemoryMarshal.Cast<byte, T>(_source.Span);

        public override unsafe MemoryHandle Pin(int elementIndex = 0)
        {
            var handle = _source.Pin();
            return new MemoryHandle((T*)handle.Pointer + elementIndex, pinnable: new Pinned(handle));
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Pinned(MemoryHandle handle) : IPinnable
    {
        private MemoryHandle _handle = handle;

        public MemoryHandle Pin(int elementIndex) => throw new NotSupportedException();

        public void Unpin() => _handle.Dispose();
    }
}
