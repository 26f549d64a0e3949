namespace Toolkit.DataProcessing;

/// <summary>How a run does its work. Nothing here changes its result.</summary>
public sealed record RunOptions
{
    /// <summary>The default of <see cref="PartitionBytes"/>: 4 MiB.</summary>
    public const int DefaultPartitionBytes = 4 * 1024 * 1024;

    /// <summary>The default of <see cref="MaxRecordBytes"/>: 8 MiB.</summary>
    public const int DefaultMaxRecordBytes = 8 * 1024 * 1024;

    /// <summary>The default of <see cref="MemoryBudget"/>: 256 MiB.</summary>
    public const long DefaultMemoryBudget = 256L * 1024 * 1024;

    /// <summary>The default of <see cref="ProgressInterval"/>: a fifth of a second.</summary>
    public static readonly TimeSpan DefaultProgressInterval = TimeSpan.FromMilliseconds(200);

    private const long LeastMemoryBudget = 4L * 1024 * 1024;
    private const int MostWorkers = 1024;

    /// <summary>The number of worker threads. They are threads of their own: the pool's stay free.</summary>
    /// <value><see langword="null"/>: one for each processor.</value>
    public int? Workers { get; init; }

    /// <summary>The priority of the worker threads.</summary>
    /// <value><see cref="ThreadPriority.Normal"/></value>
    public ThreadPriority WorkerPriority { get; init; } = ThreadPriority.Normal;

    /// <summary>The size of a partition, in bytes of the input. The last digits of floating-point sums depend on it, and on nothing else here.</summary>
    /// <value>4 MiB</value>
    public int PartitionBytes { get; init; } = DefaultPartitionBytes;

    /// <summary>The longest record, in bytes. A longer one fails the run with <see cref="CsvRecordTooLongException"/>.</summary>
    /// <value>8 MiB</value>
    public int MaxRecordBytes { get; init; } = DefaultMaxRecordBytes;

    /// <summary>What buffers, group tables and queues of the run may take together, in bytes. Groups beyond it go to <see cref="SpillFolder"/>.</summary>
    /// <value>256 MiB</value>
    public long MemoryBudget { get; init; } = DefaultMemoryBudget;

    /// <summary>Where groups go that do not fit in <see cref="MemoryBudget"/>; emptied at the end.</summary>
    /// <value><see langword="null"/>: the system's folder for temporary files.</value>
    public string? SpillFolder { get; init; }

    /// <summary>What happens to bad records.</summary>
    /// <value><see cref="BadRows.Fail"/></value>
    public BadRows BadRows { get; init; } = BadRows.Fail;

    /// <summary>
    /// A folder for the checkpoint of a run that writes files: a run that was killed, or failed, goes on after its last
    /// checkpoint when it is started again, and gives the same bytes as one that was not disturbed. A run with other inputs,
    /// options, output, steps, <see cref="JobArguments"/> or program is refused, and one whose folder another one is using. One folder for each run; emptied at the end.
    /// </summary>
    /// <value><see langword="null"/>: an interrupted run starts from the beginning.</value>
    public string? CheckpointFolder { get; init; }

    /// <summary>
    /// What the output depends on beside the program and the options: the values that filters and projections use, arguments of
    /// the program for example. Delegates can't be compared by what they hold, so that a checkpoint can't tell by itself.
    /// A run with other ones than the interrupted one is refused.
    /// </summary>
    /// <value><see langword="null"/>: nothing.</value>
    public string? JobArguments { get; init; }

    /// <summary>After how many partitions a checkpoint is made: what comes after the last one is done again by a run that goes on.</summary>
    /// <value><see langword="null"/>: what suits the output, 16 for texts and 256 for Parquet.</value>
    public int? CheckpointPartitions { get; init; }

    /// <summary>Hears of progress, at most every <see cref="ProgressInterval"/> and once at the end, from a worker thread and never from two at once.</summary>
    /// <value><see langword="null"/></value>
    public IProgress<RunProgress>? Progress { get; init; }

    /// <summary>The least time between two reports of progress.</summary>
    /// <value>200 ms</value>
    public TimeSpan ProgressInterval { get; init; } = DefaultProgressInterval;

    /// <summary>The clock of rates and durations.</summary>
    /// <value><see cref="TimeProvider.System"/></value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>What runs the partitions.</summary>
    /// <value>Threads of this process.</value>
    public ICsvBackend Backend { get; init; } = ThreadBackend.Instance;

    /// <summary>For tests: the kernel to use instead of the processor's fastest.</summary>
    internal Func<CsvDialect, IndexKernel>? Kernel { get; init; }

    /// <summary>For tests: hears of each bad record that is kept, in order.</summary>
    internal Action<BadRow>? OnBadRow { get; init; }

    /// <summary>For checks: hears of the text of each partition that commits, in order, with the lines before it.</summary>
    internal Action<TextFindings, long>? OnText { get; init; }

    /// <summary>For tests: starts are guessed even where they are known, so that guessing does not depend on who is ahead.</summary>
    internal bool AlwaysGuess { get; init; }

    /// <summary>For tests: the size of a worker's buffer.</summary>
    internal int? BufferBytes { get; init; }

    /// <summary>For tests: called at each place at which a run with checkpoints may be killed.</summary>
    internal Action<string>? OnStep { get; init; }

    /// <summary>For tests: called with the bytes of a file before more is written to it; what it throws is as if the disk did.</summary>
    internal Action<long>? OnSpill { get; init; }

    /// <summary>Beyond so many groups a table is in no cache, and merging takes long enough to be shared among workers. Tests have fewer.</summary>
    internal int MostGroupsInOneTable { get; init; } = 256 * 1024;

    internal int EffectiveWorkers => Workers ?? Environment.ProcessorCount;

    internal void Validate()
    {
        Require(Workers is null or (>= 1 and <= MostWorkers), nameof(Workers), Workers, $"from 1 to {MostWorkers}");
        Require(PartitionBytes >= 1, nameof(PartitionBytes), PartitionBytes, "at least 1 byte");
        Require(MaxRecordBytes is >= 1 and <= int.MaxValue / 2, nameof(MaxRecordBytes), MaxRecordBytes, "from 1 byte to 1 GiB");
        Require(MemoryBudget >= LeastMemoryBudget, nameof(MemoryBudget), MemoryBudget, $"at least {LeastMemoryBudget} bytes");
        Require(ProgressInterval >= TimeSpan.Zero, nameof(ProgressInterval), ProgressInterval, "not negative");
        Require(BadRows is null || (BadRows.MaxShare >= 0 && BadRows.MaxShare <= 1), nameof(BadRows) + "." + nameof(BadRows.MaxShare), BadRows?.MaxShare, "from 0 to 1");
        Require(CheckpointPartitions is null or >= 1, nameof(CheckpointPartitions), CheckpointPartitions, "at least 1");
        ArgumentNullException.ThrowIfNull(BadRows);
        ArgumentNullException.ThrowIfNull(TimeProvider);
        ArgumentNullException.ThrowIfNull(Backend);
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentException($"{nameof(RunOptions)}.{name} is {value}: it must be {range}.");
        }
    }
}
