namespace Toolkit.DataProcessing;

/// <summary>What a worker does next: run a partition, or find out what a partition does to the machine's state.</summary>
/// <param name="Source">The source.</param>
/// <param name="Number">The partition within the source.</param>
/// <param name="Kind">What is to be done.</param>
/// <param name="Start">Where the partition's first record starts, for <see cref="WorkKind.Exact"/>.</param>
/// <param name="State">The state at the partition's beginning, for <see cref="WorkKind.FromState"/>.</param>
internal readonly record struct WorkItem(SourceRun Source, int Number, WorkKind Kind, long Start, CsvState State)
{
    public CsvPartition Partition => Source[Number];

    /// <summary>Whether a part of the partition is committed already; this is what follows.</summary>
    public bool Continues { get; init; }
}

internal enum WorkKind
{
    /// <summary>The start of the partition is known.</summary>
    Exact,

    /// <summary>The start has to be guessed.</summary>
    Guess,

    /// <summary>The start follows from the state.</summary>
    FromState,

    /// <summary>The partition is mapped, not run.</summary>
    Map,

    /// <summary>Another worker is helped: no partition belongs to it.</summary>
    Help,

    /// <summary>The next source is opened: no partition of it is known yet.</summary>
    Open,
}
