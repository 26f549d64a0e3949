namespace Toolkit.DataProcessing;

/// <summary>
/// Something that can be opened as a <see cref="CsvInput"/>, once for each run. Derive from it, and from <see cref="CsvInput"/>,
/// to read from an object store or a distributed file system: the engine needs a length, a version, and ranges.
/// </summary>
public abstract class CsvInputSource
{
    /// <summary>The name that errors and the quarantine show: the path of a file.</summary>
    public abstract string Name { get; }

    /// <summary>The number of bytes where it is known without opening, else -1: for progress.</summary>
    public virtual long Length => -1;

    /// <summary>A text that changes whenever the content may have changed (an ETag, length and time of a file); <see langword="null"/> where there is none.</summary>
    /// <value><see langword="null"/>: a run over it can't be resumed.</value>
    public virtual string? Version => null;

    /// <summary>Opens the input.</summary>
    /// <returns>An input that the caller disposes of.</returns>
    public abstract CsvInput Open();

    /// <summary>Opens the input for a run that can be stopped: what waits for bytes that may never come gives up then.</summary>
    internal virtual CsvInput Open(CancellationToken cancellationToken) => Open();
}
