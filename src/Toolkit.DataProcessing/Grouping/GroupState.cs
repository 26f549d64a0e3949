namespace Toolkit.DataProcessing;

/// <summary>Groups and what was aggregated in them; of one partition, or of all of them.</summary>
internal sealed class GroupState<TRow, TKey>(GroupKeys<TRow, TKey> keys, AggregateColumn<TRow>[] columns)
    where TRow : allows ref struct
{
    private int _room = 1;
    private int[] _map = [];
    private RowBatch<TRow>? _batch;

    public GroupKeys<TRow, TKey> Keys => keys;

    public AggregateColumn<TRow>[] Columns => columns;

    public void Process(CsvRows rows, RowStep<TRow> step)
    {
        keys.Bind(rows);
        _batch ??= RowBatch<TRow>.TryCreate(step);
        if (_batch is null)
        {
            ProcessSingly(rows, step);
            return;
        }

        var batch = _batch;
        foreach (var row in rows)
        {
            if (step.TryGet(rows, in row, out var value))
            {
                batch.Add(keys.FindOrAdd(in row, value), value);
                if (batch.IsFull)
                {
                    Flush(batch);
                }
            }
        }

        Flush(batch);
    }

    /// <summary>Takes in the groups of a later partition.</summary>
    public void Merge(GroupState<TRow, TKey> later)
    {
        var count = later.Keys.Count;
        if (_map.Length < count)
        {
            _map = new int[Math.Max(count, _map.Length * 2)];
        }

        var map = _map.AsSpan(0, count);
        keys.Take(later.Keys, map);
        if (keys.Count > _room)
        {
            Grow();
        }

        for (var i = 0; i < columns.Length; i++)
        {
            columns[i].Merge(later.Columns[i], map);
        }
    }

    public void Clear()
    {
        _batch?.Clear();
        foreach (var column in columns)
        {
            column.Clear(keys.Count);
        }

        keys.Clear();
    }

    private void ProcessSingly(CsvRows rows, RowStep<TRow> step)
    {
        foreach (var row in rows)
        {
            if (!step.TryGet(rows, in row, out var value))
            {
                continue;
            }

            var group = keys.FindOrAdd(in row, value);
            if (group >= _room)
            {
                Grow();
            }

            foreach (var column in columns)
            {
                column.Add(group, value);
            }
        }
    }

    private void Flush(RowBatch<TRow> batch)
    {
        if (keys.Count > _room)
        {
            Grow();
        }

        batch.Flush(columns);
    }

    private void Grow()
    {
        _room = Math.Max(keys.Count, _room * 2);
        foreach (var column in columns)
        {
            column.Resize(_room);
        }
    }
}
