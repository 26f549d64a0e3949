namespace Toolkit.DataProcessing;

/// <summary>How output files are opened: chunks are large already, so that a second buffer would only copy.</summary>
internal static class OutputStreams
{
    private const int BufferBytes = 64 * 1024;

    public static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferBytes);

    public static FileStream Append(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read, BufferBytes);
}
