using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing;

/// <summary>A temporary file of records: written once, then read from the front any number of times. It is gone when its handle is, also after a crash where the system allows it.</summary>
internal sealed class SpillFile : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly SafeFileHandle _handle;
    private readonly string _folder;
    private readonly Action<long>? _onWrite;
    private byte[]? _buffer = new byte[BufferBytes];
    private int _buffered;

    public SpillFile(string folder, Action<long>? onWrite = null)
    {
        _folder = folder;
        _onWrite = onWrite;
        var path = Path.Combine(folder, $"toolkit-spill-{Guid.NewGuid():N}.tmp");
        _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read | FileShare.Delete, FileOptions.DeleteOnClose);
        if (!OperatingSystem.IsWindows())
        {
            File.Delete(path);
        }
    }

    public long Length { get; private set; }

    /// <summary>The memory that the file takes, in bytes.</summary>
    public long MemoryBytes => _buffer?.Length ?? 0;

    public void Append(ReadOnlySpan<byte> record)
    {
        if (record.Length > BufferBytes - _buffered)
        {
            Flush();
        }

        if (record.Length > BufferBytes)
        {
            Write(record);
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
        Write(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _onWrite?.Invoke(Length);
            RandomAccess.Write(_handle, bytes, Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"Groups that do not fit in {nameof(RunOptions)}.{nameof(RunOptions.MemoryBudget)} could not be written to '{_folder}': {exception.Message} Make room there, set {nameof(RunOptions)}.{nameof(RunOptions.SpillFolder)} to another folder, or raise the budget.",
                exception);
        }

        Length += bytes.Length;
        DataProcessingDiagnostics.Spilled.Add(bytes.Length);
    }
}
