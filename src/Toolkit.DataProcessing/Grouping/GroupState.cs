using System.Buffers;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>Groups and what was aggregated in them; of one partition, or of all of them.</summary>
internal sealed class GroupState<TRow, TKey>(Func<GroupKeys<TRow, TKey>> createKeys, Func<AggregateColumn<TRow>[]> createColumns) : IDisposable
    where TRow : allows ref struct
{
    private GroupKeys<TRow, TKey> _keys = createKeys();
    private AggregateColumn<TRow>[] _columns = createColumns();
    private int _room = 1;
    private int[] _map = [];
    private RowBatch<TRow>? _batch;

    public GroupKeys<TRow, TKey> Keys => _keys;

    public AggregateColumn<TRow>[] Columns => _columns;

    // Not inlined into the worker's try block, whose variables live in memory instead of registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Process(CsvRows rows, RowStep<TRow> step)
    {
        _keys.Bind(rows);
        _batch ??= RowBatch<TRow>.TryCreate(step);
        if (_batch is null)
        {
            ProcessSingly(rows, step);
            return;
        }

        // What came before a bad record that stopped the job: its bytes are still there.
        Flush(_batch);
        _batch.KeyPosition = _keys.Position;
        var cursor = rows.GetEnumerator();
        do
        {
            if (_keys.TakesBatches && (_keys.Position is null || cursor.KeepsFields))
            {
                ProcessStretch(rows, step, ref cursor, _batch);
            }
            else
            {
                ProcessRows(rows, step, ref cursor, _batch);
            }
        }
        while (cursor.NextStretch());
        Flush(_batch);
    }

    /// <summary>The memory that keys and states take, in bytes.</summary>
    public long Bytes => _keys.Bytes + _columns.Sum(column => column.Bytes) + (Spill?.MemoryBytes ?? 0);

    /// <summary>Where the groups are once they were too many.</summary>
    public GroupSpill<TRow, TKey>? Spill { get; private set; }

    /// <summary>Takes in the groups of a later partition; before they take more than <paramref name="budget"/> bytes, groups go to disk.</summary>
    public void Merge(GroupState<TRow, TKey> later, long budget, RunOptions options)
    {
        if (Spill is null && MayGrowBeyond(later, budget))
        {
            Spill = GroupSpill<TRow, TKey>.Create(options, this);
            Spill.Append(this);
            Clear();
            Release();
        }

        if (Spill is null)
        {
            Merge(later);
        }
        else
        {
            Spill.Append(later);
        }
    }

    /// <summary>Removes what is on disk.</summary>
    public void Dispose() => Spill?.Dispose();

    // While a table doubles, the old one is there as well.
    private bool MayGrowBeyond(GroupState<TRow, TKey> later, long budget) =>
        _keys.Count > 0 && (3 * Bytes) + (2 * later.Bytes) > budget;

    /// <summary>Whether groups can go to disk, or to another process.</summary>
    public bool CanWrite => _keys.CanWrite && _columns.All(static column => column.CanWrite);

    /// <summary>Adds written states to the group of a written key, and tells its number.</summary>
    public int MergeWritten(ReadOnlySpan<byte> key, ref StateReader reader)
    {
        var group = _keys.FindOrAddWritten(key);
        if (group >= _room)
        {
            Grow();
        }

        foreach (var column in _columns)
        {
            column.MergeWritten(group, ref reader);
        }

        return group;
    }

    public void WriteStates(int group, IBufferWriter<byte> output)
    {
        foreach (var column in _columns)
        {
            column.Write(group, output);
        }
    }

    private void Merge(GroupState<TRow, TKey> later)
    {
        var count = later.Keys.Count;
        if (_map.Length < count)
        {
            _map = new int[Math.Max(count, _map.Length * 2)];
        }

        var map = _map.AsSpan(0, count);
        _keys.Take(later.Keys, map);
        if (_keys.Count > _room)
        {
            Grow();
        }

        for (var i = 0; i < _columns.Length; i++)
        {
            _columns[i].Merge(later.Columns[i], map);
        }
    }

    public void Clear()
    {
        _batch?.Clear();
        foreach (var column in _columns)
        {
            column.Clear(_keys.Count);
        }

        _keys.Clear();
    }

    // Records are parsed in one loop and their keys looked up in another: each is short enough for the processor to have
    // several rows under way, where the two in one kept it waiting for one number after the other.
    private void ProcessStretch(CsvRows rows, RowStep<TRow> step, ref CsvRows.Enumerator cursor, RowBatch<TRow> batch)
    {
        while (step.Fill(rows, ref cursor, batch))
        {
            if (batch.IsFull)
            {
                Flush(batch);
            }
        }

        FindGroups(batch);
    }

    private void ProcessRows(CsvRows rows, RowStep<TRow> step, ref CsvRows.Enumerator cursor, RowBatch<TRow> batch)
    {
        while (cursor.MoveNextInStretch())
        {
            var row = cursor.Current;
            if (!step.TryGet(rows, ref row, out var value))
            {
                continue;
            }

            if (batch.IsFull)
            {
                Flush(batch);
            }

            batch.Add(_keys.FindOrAdd(in row, value), value);
        }
    }

    private void FindGroups(RowBatch<TRow> batch)
    {
        if (!batch.Groups.IsEmpty)
        {
            _keys.FindOrAdd(batch);
            batch.HasGroups();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ProcessSingly(CsvRows rows, RowStep<TRow> step)
    {
        foreach (var current in rows)
        {
            var row = current;
            if (!step.TryGet(rows, ref row, out var value))
            {
                continue;
            }

            var group = _keys.FindOrAdd(in row, value);
            if (group >= _room)
            {
                Grow();
            }

            foreach (var column in _columns)
            {
                column.Add(group, value);
            }
        }
    }

    private void Flush(RowBatch<TRow> batch)
    {
        FindGroups(batch);
        if (_keys.Count > _room)
        {
            Grow();
        }

        batch.Flush(_columns);
    }

    // The memory of a table that went to disk is free again.
    private void Release()
    {
        _keys = createKeys();
        _columns = createColumns();
        _room = 1;
        _map = [];
    }

    private void Grow()
    {
        _room = Math.Max(_keys.Count, _room * 2);
        foreach (var column in _columns)
        {
            column.Resize(_room);
        }
    }
}
