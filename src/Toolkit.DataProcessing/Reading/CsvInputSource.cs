namespace Toolkit.DataProcessing;

/// <summary>Something that can be opened as a <see cref="CsvInput"/>, once for each run.</summary>
internal abstract class CsvInputSource
{
    public abstract string Name { get; }

    /// <summary>The number of bytes where it is known without opening, else -1: for progress.</summary>
    public virtual long Length => -1;

    public abstract CsvInput Open();
}
