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

    /// <summary>Hands what is written to the operating system, for a checkpoint.</summary>
    public IReadOnlyList<CheckpointFile> SaveFiles() => Writer.Save();

    public State Create() => new();

    public bool TryClear(State state)
    {
        state.Batch?.Clear();
        return true;
    }

    public abstract void Process(CsvRows rows, State state);

    public void Merge(State total, State partition)
    {
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
        public OutputBatch? Batch { get; set; }

        public IReadOnlyList<string>? Header { get; set; }

        public int[] Positions { get; set; } = [];
    }
}
