namespace Toolkit.DataProcessing;

/// <summary>What became of one partition. Meaningful only once its start is known to be right.</summary>
internal sealed class PartitionOutcome
{
    /// <summary>The name of the input.</summary>
    public string Source { get; set; } = "";

    /// <summary>Where its first record started, or -1 where no guess was possible.</summary>
    public long Start { get; set; }

    /// <summary>Where the first record behind it starts.</summary>
    public long End { get; set; }

    /// <summary>Whether this is only a part of its partition, which goes on at <see cref="End"/>.</summary>
    public bool HasMore { get; set; }

    /// <summary>Whether a guessed start led further beyond the partition's end than a guess is followed.</summary>
    public bool Abandoned { get; set; }

    /// <summary>The line ends from <see cref="Start"/> to <see cref="End"/>.</summary>
    public long Lines { get; set; }

    /// <summary>The records, bad ones included, blank lines not.</summary>
    public long Records { get; set; }

    /// <summary>The bad ones among them.</summary>
    public long BadCount { get; set; }

    /// <summary>Bad records, as many as are kept; lines count from the partition's start.</summary>
    public List<BadRow> BadRows { get; } = [];

    /// <summary>All bad records as lines of the quarantine, where they go there and to nobody else; null otherwise.</summary>
    public RejectedRecords? Rejected { get; set; }

    /// <summary>The records that were mended.</summary>
    public long Repaired { get; set; }

    /// <summary>What a check looks for; null in other runs.</summary>
    public TextFindings? Text { get; set; }

    /// <summary>What the job threw.</summary>
    public Exception? Error { get; set; }

    /// <summary>The job's state.</summary>
    public object? State { get; set; }

    /// <summary>The memory that <see cref="State"/> takes, in bytes.</summary>
    public long StateBytes { get; set; }

    /// <summary>The memory that the worker's buffers take, in bytes.</summary>
    public long ScanBytes { get; set; }

    /// <summary>Time spent reading, in ticks of the clock.</summary>
    public long ReadTicks { get; set; }

    /// <summary>Time spent indexing, in ticks of the clock.</summary>
    public long IndexTicks { get; set; }

    /// <summary>Time spent on the values of typed rows, in ticks of the clock.</summary>
    public long ParseTicks { get; set; }

    /// <summary>Time spent in total, in ticks of the clock.</summary>
    public long TotalTicks { get; set; }
}
