using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>Aggregates all rows of a query.</summary>
internal sealed class AggregateJob<TRow>(RowStep<TRow> step, Func<AggregateColumn<TRow>[]> createColumns) : IPartitionJob<AggregateJob<TRow>.State>
    where TRow : allows ref struct
{
    private static readonly int[] OneGroup = [0];

    public string Name => "aggregate";

    public string Arguments => "";

    public CsvSchema? Schema => step.Schema;

    public State Create() => new(createColumns(), RowBatch<TRow>.TryCreate(step));

    public bool TryClear(State state)
    {
        state.Batch?.Clear();
        foreach (var column in state.Columns)
        {
            column.Clear(1);
        }

        return true;
    }

    public void Process(CsvRows rows, State state)
    {
        if (state.Batch is not { } batch)
        {
            ProcessSingly(rows, state);
            return;
        }

        var cursor = rows.GetEnumerator();
        do
        {
            while (step.Fill(rows, ref cursor, batch))
            {
                if (batch.IsFull)
                {
                    batch.Flush(state.Columns);
                }
            }
        }
        while (cursor.NextStretch());
        batch.Flush(state.Columns);
    }

    public void Merge(State total, State partition)
    {
        for (var i = 0; i < total.Columns.Length; i++)
        {
            total.Columns[i].Merge(partition.Columns[i], OneGroup, OneGroup);
        }
    }

    public void Write(State state, IBufferWriter<byte> output)
    {
        foreach (var column in state.Columns)
        {
            if (!column.CanWrite)
            {
                throw InProcess.NoState("an aggregate");
            }

            column.Write(0, output);
        }
    }

    public State Read(ReadOnlySpan<byte> bytes)
    {
        var state = Create();
        var reader = new StateReader(bytes);
        foreach (var column in state.Columns)
        {
            column.MergeWritten(0, ref reader);
        }

        return state;
    }

    private void ProcessSingly(CsvRows rows, State state)
    {
        foreach (var current in rows)
        {
            var row = current;
            if (step.TryGet(rows, ref row, out var value))
            {
                foreach (var column in state.Columns)
                {
                    column.Add(0, value);
                }
            }
        }
    }

    internal sealed record State(AggregateColumn<TRow>[] Columns, RowBatch<TRow>? Batch);
}
