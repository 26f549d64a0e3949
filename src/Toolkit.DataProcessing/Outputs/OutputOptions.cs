namespace Toolkit.DataProcessing;

/// <summary>What all outputs have in common.</summary>
/// <remarks>
/// An output has a temporary name next to its target until the run has succeeded, and is renamed then: a run that fails, is
/// cancelled or killed leaves the target as it was. A folder is renamed as a whole, and takes the place of one that is there: so
/// one that holds other files than those of a data set (<c>part-…</c>, <c>data_…</c>, <c>_manifest.json</c>, <c>_SUCCESS</c>) is refused.
/// </remarks>
public abstract record OutputOptions
{
    /// <summary>The default of <see cref="MaxOpenFiles"/>.</summary>
    public const int DefaultMaxOpenFiles = 64;

    /// <summary>
    /// The columns whose values name the folders of a Hive layout, from the outermost. They are not in the files then: readers
    /// take them from the folders' names. A missing or empty value goes to <c>__HIVE_DEFAULT_PARTITION__</c>.
    /// </summary>
    /// <value>Empty: no Hive layout.</value>
    public IReadOnlyList<string> PartitionBy { get; init; } = [];

    /// <summary>Whether the columns of <see cref="PartitionBy"/> are written into the files too.</summary>
    /// <value><see langword="false"/></value>
    public bool KeepPartitionColumns { get; init; }

    /// <summary>Whether each partition of the input becomes a file of its own. Not together with <see cref="PartitionBy"/>.</summary>
    /// <value><see langword="false"/></value>
    public bool FilePerPartition { get; init; }

    /// <summary>
    /// How many files of a Hive layout are open at once; the ones used longest ago are closed, and opened again when needed: each
    /// folder still gets one file. What a format gathers before it writes is bounded by <see cref="RunOptions.MemoryBudget"/>, a
    /// quarter of which it may take.
    /// </summary>
    /// <value>64</value>
    public int MaxOpenFiles { get; init; } = DefaultMaxOpenFiles;

    /// <summary>Whether a file, or a folder with a data set, that is there already is replaced (when the run has succeeded); else the run is refused.</summary>
    /// <value><see langword="true"/></value>
    public bool Overwrite { get; init; } = true;

    /// <summary>Whether a folder gets a <c>_manifest.json</c>: its files with their records, bytes and partition values.</summary>
    /// <value><see langword="true"/></value>
    public bool Manifest { get; init; } = true;

    /// <summary>Which of the layouts the options amount to.</summary>
    public OutputLayout Layout =>
        PartitionBy.Count > 0 ? OutputLayout.Hive : FilePerPartition ? OutputLayout.FilePerPartition : OutputLayout.SingleFile;

    /// <summary>Checks the options; formats add what is their own.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or two exclude each other.</exception>
    protected internal virtual void Validate()
    {
        ArgumentNullException.ThrowIfNull(PartitionBy);
        if (PartitionBy.Count > 0 && FilePerPartition)
        {
            throw new ArgumentException($"{nameof(PartitionBy)} and {nameof(FilePerPartition)} exclude each other.");
        }

        if (MaxOpenFiles < 1)
        {
            throw new ArgumentException($"{nameof(MaxOpenFiles)} is {MaxOpenFiles}: it must be at least 1.");
        }

        if (PartitionBy.Distinct(StringComparer.Ordinal).Count() != PartitionBy.Count)
        {
            throw new ArgumentException($"{nameof(PartitionBy)} names a column twice.");
        }
    }
}
