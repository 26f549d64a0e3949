using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>
/// Groups on disk, for when they do not fit in the budget. Once the groups of all partitions so far have been written, those
/// of each later partition are written as they are, in order, to the file that their key's hash belongs to. At the end one
/// file after the other is merged in memory. The states of a group are so added up in the same order as without a spill, which
/// makes floating-point results the same to the last bit. The order of first appearance comes back by a number that each
/// record carries: the merged files are sorted by it, and read side by side.
/// </summary>
internal sealed class GroupSpill<TRow, TKey> : IDisposable
    where TRow : allows ref struct
{
    private const int Shards = 128;
    private const int ShardShift = 57;

    private readonly SpillFile?[] _files = new SpillFile?[Shards];
    private readonly RunOptions _options;
    private readonly ArrayBufferWriter<byte> _record = new(1024);
    private readonly ArrayBufferWriter<byte> _states = new(1024);
    private long _order;

    private GroupSpill(RunOptions options)
    {
        _options = options;
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

    /// <summary>The bytes written.</summary>
    public long Bytes { get; private set; }

    /// <summary>The number of groups; known once they are merged.</summary>
    public int Count { get; private set; }

    public static GroupSpill<TRow, TKey> Create(RunOptions options, GroupState<TRow, TKey> state)
    {
        if (!state.CanWrite)
        {
            throw new InvalidOperationException(
                $"The groups take more than their part of {nameof(RunOptions)}.{nameof(RunOptions.MemoryBudget)}, and can't go to disk: keys of type {typeof(TKey)} or one of the aggregates hold references without a codec. Raise the budget, group by columns, or give {nameof(IStateCodec<>)} to GroupBy or Fold.");
        }

        return new GroupSpill<TRow, TKey>(options);
    }

    /// <summary>Writes all groups of a state, in their order.</summary>
    public void Append(GroupState<TRow, TKey> state)
    {
        for (var i = 0; i < state.Keys.Count; i++)
        {
            var key = state.Keys.GetBytes(i, out var hash);
            _files[hash >> ShardShift]!.Append(Encode(_order++, key, state, i));
        }
    }

    /// <summary>Merges file after file; <paramref name="create"/> makes an empty state.</summary>
    public void Complete(Func<GroupState<TRow, TKey>> create, CancellationToken cancellationToken)
    {
        var state = create();
        for (var i = 0; i < Shards; i++)
        {
            using var file = _files[i]!;
            file.Complete();
            Bytes += file.Length;
            state.Clear();
            _files[i] = Sorted(file, state, cancellationToken);
            Count = checked(Count + state.Keys.Count);
        }
    }

    /// <summary>All groups in the order of their first appearance: each time the one state of <paramref name="scratch"/> is filled.</summary>
    public IEnumerable<int> Enumerate(GroupState<TRow, TKey> scratch)
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
            Merge(scratch, head);
            yield return 0;
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

    private SpillFile NewFile() => new(_options.SpillFolder ?? Path.GetTempPath(), _options.OnSpill);

    private SpillFile Sorted(SpillFile file, GroupState<TRow, TKey> state, CancellationToken cancellationToken)
    {
        var orders = new List<long>();
        var reader = new SpillReader(file);
        while (reader.Read())
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Records come in order: a new group's first one has its smallest number.
            if (Merge(state, reader) == orders.Count)
            {
                orders.Add(reader.Order);
            }
        }

        var sorted = NewFile();
        try
        {
            for (var i = 0; i < orders.Count; i++)
            {
                sorted.Append(Encode(orders[i], state.Keys.GetBytes(i, out _), state, i));
            }

            sorted.Complete();
            return sorted;
        }
        catch
        {
            sorted.Dispose();
            throw;
        }
    }

    private static int Merge(GroupState<TRow, TKey> state, SpillReader spilled)
    {
        var reader = new StateReader(spilled.States);
        return state.MergeWritten(spilled.Key, ref reader);
    }

    private ReadOnlySpan<byte> Encode(long order, ReadOnlySpan<byte> key, GroupState<TRow, TKey> state, int group)
    {
        _states.ResetWrittenCount();
        state.WriteStates(group, _states);
        _record.ResetWrittenCount();
        _record.WriteInt64(order);
        _record.WriteInt32(key.Length);
        _record.WriteInt32(_states.WrittenCount);
        _record.Write(key);
        _record.Write(_states.WrittenSpan);
        return _record.WrittenSpan;
    }
}
