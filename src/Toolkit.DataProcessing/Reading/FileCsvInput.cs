using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing;

/// <summary>A file, read at any offset by any number of workers, up to the length that it had when it was opened.</summary>
internal sealed class FileCsvInput : CsvInput
{
    private readonly SafeFileHandle _handle;

    public FileCsvInput(string path)
    {
        Name = path;
        _handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = RandomAccess.GetLength(_handle);
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
        return count > 0 ? count : throw new IOException($"{Name}: the file had {Length} bytes when it was opened, and ends at byte {offset} or before now. It must not change while it is read.");
    }

    protected override void Dispose(bool disposing) => _handle.Dispose();
}

/// <summary>A file by its path.</summary>
internal sealed class FileCsvInputSource(string path) : CsvInputSource
{
    public override string Name => path;

    public override long Length => new FileInfo(path) is { Exists: true } file ? file.Length : -1;

    public override string? Version =>
        new FileInfo(path) is { Exists: true } file ? string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{file.LastWriteTimeUtc.Ticks}") : null;

    public override CsvInput Open() => new FileCsvInput(path);
}
