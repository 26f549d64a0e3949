using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.MemoryMappedFiles;

namespace Toolkit.Caching.Disk;

/// <summary>
/// A value file as memory, read only. It is unmapped when nothing refers to it any more; the file may have been deleted long before, which
/// leaves the memory as it is.
/// </summary>
[SuppressMessage("Reliability", "CA2015", Justification = "The map has to end some time, and the option says what a span needs.")]
internal sealed unsafe class MappedValue : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _pointer;
    private readonly int _length;

    public MappedValue(Microsoft.Win32.SafeHandles.SafeFileHandle handle, int length)
    {
        _length = length;
        _file = MemoryMappedFile.CreateFromFile(handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        byte* pointer = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref pointer);
        _pointer = pointer + _view.PointerOffset;
    }

    ~MappedValue() => Dispose(disposing: false);

    public override Span<byte> GetSpan() => new(_pointer, _length);

    // The memory does not move. What is pinned is kept by the handle.
    public override MemoryHandle Pin(int elementIndex = 0) => new(_pointer + elementIndex, default, this);

    public override void Unpin()
    {
    }

    // Also for a constructor that threw half way. Only ever by the finalizer: nobody else knows who still reads.
    protected override void Dispose(bool disposing)
    {
        if (_pointer is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
        }
    }
}
