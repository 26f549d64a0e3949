namespace Toolkit.DataProcessing;

/// <summary>How output files are opened: chunks are large already, so that a second buffer would only copy.</summary>
internal static class OutputStreams
{
    private const int BufferBytes = 64 * 1024;

    public static FileStream Create(string path) => new(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Read, BufferBytes);

    /// <summary>The name that a file or folder has until it is complete: one that can be found again where there is a checkpoint.</summary>
    public static string TemporaryName(string path, RunCheckpoint? checkpoint) => checkpoint is null ? $"{path}.{Guid.NewGuid():N}.tmp" : $"{path}.resume.tmp";

    /// <summary>Opens a file of an interrupted run and drops what was written to it after the checkpoint.</summary>
    /// <exception cref="CsvCheckpointException">The file is gone, or shorter than it was.</exception>
    public static FileStream Resume(string path, long length)
    {
        if (!File.Exists(path) || new FileInfo(path).Length < length)
        {
            throw new CsvCheckpointException($"'{path}', which an interrupted run has begun, is gone or has lost something. Delete the checkpoint to start from the beginning.");
        }

        var stream = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, BufferBytes);
        stream.SetLength(length);
        stream.Seek(0, SeekOrigin.End);
        return stream;
    }

    public static FileStream Append(string path) => new(path, FileMode.Append, FileAccess.Write, FileShare.Read, BufferBytes);
}
