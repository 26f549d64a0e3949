namespace Toolkit.DataProcessing;

/// <summary>One file that is being written. Disposing of it without <see cref="Complete"/> leaves a file that is not whole.</summary>
internal abstract class OutputFile : IDisposable
{
    /// <summary>Appends the records of a chunk.</summary>
    public abstract void Append(OutputChunk chunk);

    /// <summary>Makes sure that all appended records are with the operating system, so that a length of the file can be noted.</summary>
    public abstract void Flush();

    /// <summary>Writes what belongs at the end of the file, and closes it.</summary>
    public abstract void Complete();

    public abstract void Dispose();
}
