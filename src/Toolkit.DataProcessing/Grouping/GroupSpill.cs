namespace Toolkit.DataProcessing;

/// <summary>
/// Groups on disk, for when they do not fit in the budget. Once the groups of all partitions so far have been written, those
/// of each later partition are written as they are, in order, to the file that their key's hash belongs to. At the end the
/// files are merged in memory, each by one worker. The states of a group are so added up in the same order as without a spill,
/// which makes floating-point results the same to the last bit. The order of first appearance comes back by a number that each
/// record carries: the merged files are sorted by it, and read side by side.
/// </summary>
internal sealed class GroupSpill<TRow, TKey> : IDisposable
    where TRow : allows ref struct
{
    /// <summary>The number of files.</summary>
    public const int Shards = 128;

    private const int ShardShift = 57;

    private readonly SpillFile?[] _files = new SpillFile?[Shards];
    private readonly RunOptions _options;
    private readonly long _budget;
    private readonly SpillRecord<TRow, TKey> _record = new();
    private long _order;
    private int _nextShard = -1;

    private GroupSpill(RunOptions options, long budget)
    {
        (_options, _budget) = (options, budget);
        try
        {
            for (var i = 0; i < Shards; i++)
            {
                _files[i] = NewFile();
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The memory that buffers of files take, in bytes.</summary>
    public long MemoryBytes => _files.Sum(static file => file?.MemoryBytes ?? 0);

    /// <summary>The bytes written before groups were merged.</summary>
    public long Bytes { get; private set; }

    /// <summary>The most memory that merging took, in bytes.</summary>
    public long MergeBytes { get; private set; }

    /// <summary>The number of groups; known once they are merged.</summary>
    public int Count { get; private set; }

    /// <summary>Makes the files.</summary>
    /// <param name="options">Of the run.</param>
    /// <param name="budget">The memory that merging may take, in bytes.</param>
    /// <param name="state">What is to be written.</param>
    public static GroupSpill<TRow, TKey> Create(RunOptions options, long budget, GroupState<TRow, TKey> state)
    {
        if (!state.CanWrite)
        {
            throw new InvalidOperationException(
                $"The groups take more than their part of {nameof(RunOptions)}.{nameof(RunOptions.MemoryBudget)}, and can't go to disk: keys of type {typeof(TKey)} or one of the aggregates hold references without a codec. Raise the budget, group by columns, or give {nameof(IStateCodec<>)} to GroupBy or Fold.");
        }

        return new GroupSpill<TRow, TKey>(options, budget);
    }

    /// <summary>Writes all groups in memory, in their order.</summary>
    public void Append(GroupState<TRow, TKey> state)
    {
        foreach (var (table, group) in state.All())
        {
            _files[table.Keys.HashOf(group) >> ShardShift]!.Append(_record.Encode(_order++, table, group));
        }
    }

    /// <summary>Merges the files, as many at once as there are workers and memory; <paramref name="create"/> makes an empty state.</summary>
    public async Task CompleteAsync(Func<GroupState<TRow, TKey>> create, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sorts = new GroupSort<TRow, TKey>[Math.Clamp(_budget / GroupSort<TRow, TKey>.LeastBytes, 1, _options.EffectiveWorkers)];
        for (var i = 0; i < sorts.Length; i++)
        {
            sorts[i] = new GroupSort<TRow, TKey>(create, NewFile, _budget / sorts.Length, stop.Token);
        }

        // The buffers of all files are given back before tables take memory.
        try
        {
            await OnThread(Flush, stop.Token).ConfigureAwait(false);
            await Task.WhenAll(sorts.Select(sort => OnThread(() => Sort(sort, stop), stop.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        Count = sorts.Aggregate(0, static (sum, sort) => checked(sum + sort.Count));
        MergeBytes = sorts.Sum(static sort => sort.MostBytes);
    }

    /// <summary>All groups in the order of their first appearance: each time as the only one of <paramref name="scratch"/>.</summary>
    public IEnumerable<(GroupState<TRow, TKey> State, int Group)> Enumerate(GroupState<TRow, TKey> scratch)
    {
        var heads = new PriorityQueue<SpillReader, long>();
        foreach (var file in _files)
        {
            var reader = new SpillReader(file!);
            if (reader.Read())
            {
                heads.Enqueue(reader, reader.Order);
            }
        }

        while (heads.TryDequeue(out var head, out _))
        {
            scratch.Clear();
            scratch.MergeWritten(head);
            yield return (scratch, 0);
            if (head.Read())
            {
                heads.Enqueue(head, head.Order);
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in _files)
        {
            file?.Dispose();
        }
    }

    // Nothing of the caller waits for the disk, and nothing of the pool.
    private static Task OnThread(Action action, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(action, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private SpillFile NewFile() => new(_options.SpillFolder ?? Path.GetTempPath(), _options.OnSpill);

    private void Flush()
    {
        foreach (var file in _files)
        {
            file!.Complete();
            Bytes += file.Length;
        }
    }

    // File after file, until there is none that no other worker is at.
    private void Sort(GroupSort<TRow, TKey> sort, CancellationTokenSource stop)
    {
        try
        {
            for (var i = Interlocked.Increment(ref _nextShard); i < Shards; i = Interlocked.Increment(ref _nextShard))
            {
                using var file = _files[i]!;
                _files[i] = sort.Sort(file);
            }
        }
        catch
        {
            stop.Cancel();
            throw;
        }
    }
}
