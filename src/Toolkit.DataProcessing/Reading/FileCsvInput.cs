using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing;

/// <summary>A file, read at any offset by any number of workers, up to the length that it had when it was opened.</summary>
/// <remarks>
/// What is appended meanwhile is left for the next run; a file that shrinks fails the run where it is read, and one that is
/// written to otherwise fails it at its end: by its time and length, and where it grew by its first and last bytes.
/// </remarks>
internal sealed class FileCsvInput : CsvInput
{
    private const int SampleBytes = 4096;

    private readonly SafeFileHandle _handle;
    private readonly DateTime _lastWrite;
    private readonly byte[] _sample;

    public FileCsvInput(string path)
    {
        Name = path;
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(_handle);
        _lastWrite = File.GetLastWriteTimeUtc(_handle);
        _sample = Sample();
    }

    public override string Name { get; }

    public override long Length { get; }

    public override int Read(Span<byte> target, long offset)
    {
        // What is appended meanwhile is left for the next run: else its length would depend on the moment.
        var rest = Length - offset;
        if (rest <= 0)
        {
            return 0;
        }

        var count = RandomAccess.Read(_handle, rest < target.Length ? target[..(int)rest] : target, offset);
        return count > 0 ? count : throw Changed($"and ends at byte {offset} or before now");
    }

    internal override void RequireUnchanged()
    {
        if (File.GetLastWriteTimeUtc(_handle) == _lastWrite)
        {
            return;
        }

        var length = RandomAccess.GetLength(_handle);
        if (length <= Length || !Sample().AsSpan().SequenceEqual(_sample))
        {
            throw Changed($"was written to meanwhile and has {length} now");
        }
    }

    protected override void Dispose(bool disposing) => _handle.Dispose();

    private IOException Changed(string how) =>
        new($"{Name}: the file had {Length} bytes when it was opened, {how}. It must not change while it is read, except that more may be appended. Run again once it is complete.");

    // Its first and its last bytes.
    private byte[] Sample()
    {
        var sample = new byte[2 * SampleBytes];
        _ = RandomAccess.Read(_handle, sample.AsSpan(0, (int)Math.Min(Length, SampleBytes)), 0);
        var last = Math.Max(0, Length - SampleBytes);
        _ = RandomAccess.Read(_handle, sample.AsSpan(SampleBytes, (int)(Length - last)), last);
        return sample;
    }
}
