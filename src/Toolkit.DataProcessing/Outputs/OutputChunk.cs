namespace Toolkit.DataProcessing;

/// <summary>
/// The records that one partition of the input gives to one output file: made by a worker, appended to the file in the order of
/// the input, then used again. Not thread safe: one worker fills it, and one thread at a time writes it.
/// </summary>
public abstract class OutputChunk
{
    /// <summary>The records in it.</summary>
    public long Records { get; protected set; }

    /// <summary>The memory that it holds, in bytes, as far as it is known.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>Adds a record.</summary>
    /// <typeparam name="T">Its type, the same for all records.</typeparam>
    /// <param name="value">The record.</param>
    public abstract void Append<T>(in T value)
        where T : ICsvRecord<T>;

    /// <summary>Adds an untyped record: the fields of the output's columns, which are those of the input.</summary>
    /// <param name="row">The record.</param>
    /// <param name="columns">The positions of the fields to write, in the order of the output.</param>
    public abstract void Append(in Utf8Row row, ReadOnlySpan<int> columns);

    /// <summary>Drops the records, and keeps the memory.</summary>
    public abstract void Clear();
}
