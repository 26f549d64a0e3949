using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing;

/// <summary>A temporary file of records: written once, then read from the front any number of times. It is gone when its handle is, also after a crash where the system allows it.</summary>
internal sealed class SpillFile : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly SafeFileHandle _handle;
    private byte[]? _buffer = new byte[BufferBytes];
    private int _buffered;

    public SpillFile(string folder)
    {
        var path = Path.Combine(folder, $"toolkit-spill-{Guid.NewGuid():N}.tmp");
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> record)
    {
        if (record.Length > BufferBytes - _buffered)
        {
            Flush();
        }

        if (record.Length > BufferBytes)
        {
            RandomAccess.Write(_handle, record, Length);
            Length += record.Length;
            return;
        }

        record.CopyTo(_buffer.AsSpan(_buffered));
        _buffered += record.Length;
    }

    /// <summary>Ends the writing and gives its buffer back.</summary>
    public void Complete()
    {
        Flush();
        _buffer = null;
    }

    /// <summary>Reads as many bytes as there are, up to the length of <paramref name="target"/>.</summary>
    public int Read(Span<byte> target, long offset)
    {
        var total = 0;
        while (total < target.Length && RandomAccess.Read(_handle, target[total..], offset + total) is > 0 and var count)
        {
            total += count;
        }

        return total;
    }

    public void Dispose() => _handle.Dispose();

    private void Flush()
    {
        RandomAccess.Write(_handle, _buffer.AsSpan(0, _buffered), Length);
        Length += _buffered;
        _buffered = 0;
    }
}
