namespace Toolkit.DataProcessing;

/// <summary>
/// Takes the batches of all partitions in the order of the input and makes the files of a run: under temporary names first, and
/// renamed by <see cref="Commit"/>. Used by one thread at a time.
/// </summary>
internal abstract class OutputWriter(OutputShape shape) : IDisposable
{
    // Arrays that double take up to twice as much; the rest is for what is on its way.
    private const int GatheredPart = 4;

    /// <summary>What is written.</summary>
    public OutputShape Shape => shape;

    /// <summary>The records written so far.</summary>
    public long Records { get; protected set; }

    /// <summary>Chooses the writer of a layout.</summary>
    /// <param name="path">The file, or the folder, that the run makes.</param>
    /// <param name="options">Validated options.</param>
    /// <param name="shape">The columns.</param>
    /// <param name="checkpoint">The run's checkpoint, or null.</param>
    /// <param name="memoryBudget">The run's budget: a part of it is for records that formats gather before they write them.</param>
    /// <exception cref="IOException">The target is there and must not be replaced, or can't be written.</exception>
    public static OutputWriter Create(string path, OutputOptions options, OutputShape shape, RunCheckpoint? checkpoint, long memoryBudget) => options.Layout switch
    {
        OutputLayout.SingleFile => new SingleFileWriter(path, options, shape, checkpoint, memoryBudget / GatheredPart),
        _ => new FolderWriter(path, options, shape, checkpoint, memoryBudget / GatheredPart),
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

    // Of a run that failed already: what its files can't do any more, on a full disk for example, is not the news.
    private protected static void Abandon(OutputFile? file)
    {
        try
        {
            file?.Dispose();
        }
        catch (IOException)
        {
        }
    }

    private protected static void RefuseExisting(string path, OutputOptions options)
    {
        if (!options.Overwrite && Path.Exists(path))
        {
            throw new IOException($"'{path}' is there already; set {nameof(OutputOptions.Overwrite)} to replace it when the run has succeeded.");
        }
    }
}
