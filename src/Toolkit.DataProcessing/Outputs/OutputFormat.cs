namespace Toolkit.DataProcessing;

/// <summary>
/// A kind of file: what turns records into chunks, and chunks into files. CSV and JSON Lines are built in; Parquet is one in a
/// package of its own, and others can be written. Immutable and thread safe.
/// </summary>
public abstract class OutputFormat
{
    /// <summary>The ending of file names, with its point.</summary>
    public abstract string Extension { get; }

    /// <summary>Whether a file that was closed can be opened again to append to it; else a new file is begun.</summary>
    public abstract bool CanReopen { get; }

    /// <summary>After how many partitions a run with <see cref="RunOptions.CheckpointFolder"/> makes a checkpoint, where <see cref="RunOptions.CheckpointPartitions"/> doesn't say.</summary>
    /// <value>16</value>
    public virtual int CheckpointPartitions => 16;

    /// <summary>A chunk for records whose columns are <paramref name="columns"/>.</summary>
    /// <param name="columns">The columns, in the order of the type or the header.</param>
    /// <param name="skip">For each column whether it is left out; <see langword="null"/> where none is.</param>
    public abstract OutputChunk CreateChunk(IReadOnlyList<CsvColumn> columns, bool[]? skip);

    /// <summary>Opens a file.</summary>
    /// <param name="stream">Owned by the file from now on; at its end.</param>
    /// <param name="columns">The columns, in the order of the type or the header.</param>
    /// <param name="skip">For each column whether it is left out; <see langword="null"/> where none is.</param>
    /// <param name="isNew">Whether the file is empty: text formats write their header then.</param>
    public abstract OutputFile OpenFile(Stream stream, IReadOnlyList<CsvColumn> columns, bool[]? skip, bool isNew);

    /// <summary>Opens a file again that an interrupted run has begun, at the checkpoint where it was suspended.</summary>
    /// <param name="stream">Owned by the file from now on; at its end, which is where it was at the checkpoint.</param>
    /// <param name="columns">The columns, in the order of the type or the header.</param>
    /// <param name="skip">For each column whether it is left out; <see langword="null"/> where none is.</param>
    /// <param name="suspended">What <see cref="OutputFile.Suspend"/> gave.</param>
    public virtual OutputFile ResumeFile(Stream stream, IReadOnlyList<CsvColumn> columns, bool[]? skip, ReadOnlyMemory<byte> suspended) => OpenFile(stream, columns, skip, isNew: false);
}
