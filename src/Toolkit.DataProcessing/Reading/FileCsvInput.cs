using Microsoft.Win32.SafeHandles;

namespace Toolkit.DataProcessing;

/// <summary>A file, read at any offset by any number of workers.</summary>
internal sealed class FileCsvInput : CsvInput
{
    private readonly SafeFileHandle _handle;

    public FileCsvInput(string path)
    {
        Name = path;
        _handle = File.OpenHandle(path);
        Length = RandomAccess.GetLength(_handle);
    }

    public override string Name { get; }

    public override long Length { get; }

    public override int Read(Span<byte> target, long offset) => RandomAccess.Read(_handle, target, offset);

    public override void Dispose() => _handle.Dispose();
}

/// <summary>A file by its path.</summary>
internal sealed class FileCsvInputSource(string path) : CsvInputSource
{
    public override string Name => path;

    public override long Length => new FileInfo(path) is { Exists: true } file ? file.Length : -1;

    public override CsvInput Open() => new FileCsvInput(path);
}
