using System.Buffers;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>Groups and what was aggregated in them; of one partition, or of all of them.</summary>
internal sealed partial class GroupState<TRow, TKey>(Func<GroupKeys<TRow, TKey>> createKeys, Func<AggregateColumn<TRow>[]> createColumns)
    where TRow : allows ref struct
{
    private GroupKeys<TRow, TKey> _keys = createKeys();
    private AggregateColumn<TRow>[] _columns = createColumns();
    private int _room = 1;
    private RowBatch<TRow>? _batch;

    /// <summary>The keys of one table.</summary>
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
    public long Bytes
    {
        get
        {
            var bytes = _keys.Bytes + (_parts?.Bytes ?? 0) + (Spill?.MemoryBytes ?? 0);
            foreach (var column in _columns)
            {
                bytes += column.Bytes;
            }

            return bytes;
        }
    }

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

    /// <summary>Adds a group that is on disk, and tells its number here.</summary>
    public int MergeWritten(SpillReader spilled)
    {
        var reader = new StateReader(spilled.States);
        return MergeWritten(spilled.Key, ref reader);
    }

    public void WriteStates(int group, IBufferWriter<byte> output)
    {
        foreach (var column in _columns)
        {
            column.Write(group, output);
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

    private void Grow()
    {
        _room = Math.Max(_keys.Count, _room * 2);
        foreach (var column in _columns)
        {
            column.Resize(_room);
        }
    }
}
