namespace Toolkit.DataProcessing;

/// <summary>One file that is being written. Disposing of it without <see cref="Complete"/> leaves a file that is not whole.</summary>
public abstract class OutputFile : IDisposable
{
    /// <summary>The memory that appended records take before they are written, in bytes, as far as it is known.</summary>
    /// <value>0</value>
    public virtual long MemoryBytes => 0;

    /// <summary>
    /// What appended records take before they are written, in bytes: a number that depends on the records alone, and not on what
    /// was in memory before. Where it is too much for the budget, <see cref="Flush"/> is called.
    /// </summary>
    /// <value>0</value>
    public virtual long GatheredBytes => 0;

    /// <summary>Appends the records of a chunk.</summary>
    /// <param name="chunk">A chunk of the same format and columns; used again by its owner afterwards.</param>
    public abstract void Append(OutputChunk chunk);

    /// <summary>Makes sure that all appended records are with the operating system, so that a length of the file can be noted, and lets go of their memory.</summary>
    public abstract void Flush();

    /// <summary>
    /// For a checkpoint: <see cref="Flush"/>, and what has to be known beside the bytes of the file to go on with it in another
    /// process (<see cref="OutputFormat.ResumeFile"/>). Appending goes on as before.
    /// </summary>
    /// <returns>Nothing, where the bytes of the file are enough.</returns>
    public virtual ReadOnlyMemory<byte> Suspend()
    {
        Flush();
        return default;
    }

    /// <summary>Writes what belongs at the end of the file, and closes it.</summary>
    public abstract void Complete();

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the file as it is.</summary>
    /// <param name="disposing">Always <see langword="true"/>: there is no finalizer.</param>
    protected abstract void Dispose(bool disposing);
}
