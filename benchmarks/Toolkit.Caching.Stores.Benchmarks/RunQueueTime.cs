using System.Buffers.Text;

namespace Toolkit.Caching.Stores.Benchmarks;

/// <summary>What a thread did with its time, as Linux counts it: on a core, waiting for one, or (the rest) asleep.</summary>
internal sealed class RunQueueTime : IDisposable
{
    private readonly FileStream? _file = OperatingSystem.IsLinux() && File.Exists("/proc/thread-self/schedstat")
        ? new FileStream("/proc/thread-self/schedstat", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0)
        : null;

    private readonly byte[] _buffer = new byte[128];

    /// <summary>Milliseconds on a core and waiting for one, of the thread that created this.</summary>
    public (double Running, double Waiting) Read()
    {
        if (_file is null)
        {
            return default;
        }

        var text = _buffer.AsSpan(0, RandomAccess.Read(_file.SafeFileHandle, _buffer, 0));
        Utf8Parser.TryParse(text, out long running, out var length);
        Utf8Parser.TryParse(text[(length + 1)..], out long waiting, out _);
        return (running / 1e6, waiting / 1e6);
    }

    public void Dispose() => _file?.Dispose();
}
