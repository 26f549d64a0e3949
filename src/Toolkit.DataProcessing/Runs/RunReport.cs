namespace Toolkit.DataProcessing;

/// <summary>What a run did.</summary>
public sealed record RunReport
{
    /// <summary>The number of inputs.</summary>
    public int Sources { get; init; }

    /// <summary>The bytes of all inputs, headers included.</summary>
    public long Bytes { get; init; }

    /// <summary>The records, bad ones included; headers and blank lines are none.</summary>
    public long Records { get; init; }

    /// <summary>The bad ones among them.</summary>
    public long BadRecords { get; init; }

    /// <summary>The records that <see cref="BadRows.Repair"/> mended; they are among <see cref="Records"/>, and not among <see cref="BadRecords"/>.</summary>
    public long RepairedRecords { get; init; }

    /// <summary>The partitions.</summary>
    public int Partitions { get; init; }

    /// <summary>The partitions that ran again, because the guess of their start was wrong.</summary>
    public int PartitionsRunAgain { get; init; }

    /// <summary>The inputs whose structure was indexed in a pass of its own, because guessing failed twice.</summary>
    public int IndexedSources { get; init; }

    /// <summary>The number of workers.</summary>
    public int Workers { get; init; }

    /// <summary>The time from start to end.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The time that workers spent reading the input, added up over them.</summary>
    public TimeSpan ReadTime { get; init; }

    /// <summary>The time that workers spent finding records and fields, added up over them.</summary>
    public TimeSpan IndexTime { get; init; }

    /// <summary>The time that workers spent on values and in the caller's code, added up over them: <see cref="ParseTime"/> and <see cref="CallerTime"/>.</summary>
    public TimeSpan WorkTime { get; init; }

    /// <summary>
    /// The time that workers spent making typed rows of fields, added up over them; custom parsers and repairs are in it. Zero
    /// where no row is parsed before the caller's code sees it: untyped rows are parsed where that code asks for a value. So are
    /// rows that are written, and those of jobs of your own.
    /// </summary>
    public TimeSpan ParseTime { get; init; }

    /// <summary>
    /// The time that workers spent in filters, selectors and jobs, and in the groups and aggregates that take their rows, added
    /// up over them. The calls of <c>ForEachPartitionAsync</c> run elsewhere and are not in it.
    /// </summary>
    public TimeSpan CallerTime { get; init; }

    /// <summary>The time spent merging partial results and writing output, in the order of the input.</summary>
    public TimeSpan MergeTime { get; init; }

    /// <summary>The most memory that buffers, tables and queues took at once, in bytes, as far as they are accounted for.</summary>
    public long PeakAccountedBytes { get; init; }

    /// <summary>The bytes that groups took on disk because they did not fit in the budget.</summary>
    public long SpilledBytes { get; init; }

    /// <summary>The files that the run wrote, by their final paths.</summary>
    /// <value>Empty for a run that writes none.</value>
    public IReadOnlyList<OutputFileInfo> Outputs { get; init; } = [];
}
