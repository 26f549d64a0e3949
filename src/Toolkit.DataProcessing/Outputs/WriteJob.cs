using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>Writes the rows of a query to files: workers make chunks, the ordered merge appends them.</summary>
internal abstract class WriteJob : IPartitionJob<WriteJob.State>, IDisposable
{
    public string Name => "write";

    public string Arguments => "";

    public abstract CsvSchema? Schema { get; }

    /// <summary>The run's checkpoint, or null.</summary>
    public RunCheckpoint? Checkpoint { get; init; }

    protected abstract OutputWriter Writer { get; }

    /// <summary>After how many partitions the output had best have a checkpoint.</summary>
    public int CheckpointPartitions => Writer.Shape.Format.CheckpointPartitions;

    /// <summary>Hands what is written to the operating system, for a checkpoint.</summary>
    public IReadOnlyList<CheckpointFile> SaveFiles() => Writer.Save();

    public State Create() => new();

    public bool TryClear(State state)
    {
        state.Batch?.Clear();
        return true;
    }

    /// <summary>A partition's batch; of the total what the open files hold (Parquet's row groups).</summary>
    public long Measure(State state) => state.IsTotal ? Writer.MemoryBytes : state.Batch?.MemoryBytes ?? 0;

    public abstract void Process(CsvRows rows, State state);

    public void Merge(State total, State partition)
    {
        total.IsTotal = true;
        if (partition.Batch is { Records: > 0 } batch)
        {
            Writer.Append(batch);
        }
    }

    /// <summary>Gives the files their names.</summary>
    public virtual IReadOnlyList<OutputFileInfo> Commit() => Writer.Commit();

    public void Write(State state, IBufferWriter<byte> output) => throw InProcess.Only();

    public State Read(ReadOnlySpan<byte> bytes) => throw InProcess.Only();

    public abstract void Dispose();

    /// <summary>The output of one partition, and where its columns were.</summary>
    internal sealed class State
    {
        /// <summary>Whether it is the state that all others are merged into: its records are with the writer.</summary>
        public bool IsTotal { get; set; }

        public OutputBatch? Batch { get; set; }

        public IReadOnlyList<string>? Header { get; set; }

        public int[] Positions { get; set; } = [];
    }
}
