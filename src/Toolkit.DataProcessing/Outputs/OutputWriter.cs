namespace Toolkit.DataProcessing;

/// <summary>
/// Takes the batches of all partitions in the order of the input and makes the files of a run: under temporary names first, and
/// renamed by <see cref="Commit"/>. Used by one thread at a time.
/// </summary>
internal abstract class OutputWriter(OutputShape shape) : IDisposable
{
    /// <summary>What is written.</summary>
    public OutputShape Shape => shape;

    /// <summary>The records written so far.</summary>
    public long Records { get; protected set; }

    /// <summary>Chooses the writer of a layout.</summary>
    /// <param name="path">The file, or the folder, that the run makes.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="shape">The columns.</param>
    /// <param name="checkpoint">The run's checkpoint, or null.</param>
    /// <exception cref="IOException">The target is there and must not be replaced, or can't be written.</exception>
    public static OutputWriter Create(string path, OutputOptions options, OutputShape shape, RunCheckpoint? checkpoint) => options.Layout switch
    {
        OutputLayout.SingleFile => new SingleFileWriter(path, options, shape, checkpoint),
        _ => new FolderWriter(path, options, shape, checkpoint),
    };

    /// <summary>The memory that the open files hold, in bytes.</summary>
    public abstract long MemoryBytes { get; }

    /// <summary>Writes a batch.</summary>
    public abstract void Append(OutputBatch batch);

    /// <summary>Completes the files and gives them their names.</summary>
    /// <returns>The files, by their final paths.</returns>
    public abstract IReadOnlyList<OutputFileInfo> Commit();

    /// <summary>Hands everything to the operating system and says what there is, for a checkpoint.</summary>
    public abstract IReadOnlyList<CheckpointFile> Save();

    /// <summary>Removes everything temporary, unless a checkpoint needs it; after <see cref="Commit"/> there is nothing.</summary>
    public abstract void Dispose();

    private protected static void RefuseExisting(string path, OutputOptions options)
    {
        if (!options.Overwrite && Path.Exists(path))
        {
            throw new IOException($"'{path}' is there already; set {nameof(OutputOptions.Overwrite)} to replace it when the run has succeeded.");
        }
    }
}
