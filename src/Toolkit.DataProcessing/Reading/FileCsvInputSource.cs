using System.Globalization;

namespace Toolkit.DataProcessing;

/// <summary>A file by its path.</summary>
internal sealed class FileCsvInputSource(string path) : CsvInputSource
{
    public override string Name => path;

    public override long Length => new FileInfo(path) is { Exists: true } file ? file.Length : -1;

    public override string? Version =>
        new FileInfo(path) is { Exists: true } file ? string.Create(CultureInfo.InvariantCulture, $"{file.Length}-{file.LastWriteTimeUtc.Ticks}") : null;

    public override CsvInput Open() => new FileCsvInput(path);
}
