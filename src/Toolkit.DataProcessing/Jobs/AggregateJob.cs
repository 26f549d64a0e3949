using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>Aggregates all rows of a query.</summary>
internal sealed class AggregateJob<TRow>(RowStep<TRow> step, Func<AggregateColumn<TRow>[]> createColumns) : IPartitionJob<AggregateColumn<TRow>[]>
    where TRow : allows ref struct
{
    private static readonly int[] OneGroup = [0];

    public string Name => "aggregate";

    public string Arguments => "";

    public CsvSchema? Schema => step.Schema;

    public AggregateColumn<TRow>[] Create() => createColumns();

    public bool TryClear(AggregateColumn<TRow>[] state)
    {
        foreach (var column in state)
        {
            column.Clear(1);
        }

        return true;
    }

    public void Process(CsvRows rows, AggregateColumn<TRow>[] state)
    {
        foreach (var row in rows)
        {
            if (step.TryGet(rows, in row, out var value))
            {
                foreach (var column in state)
                {
                    column.Add(0, value);
                }
            }
        }
    }

    public void Merge(AggregateColumn<TRow>[] total, AggregateColumn<TRow>[] partition)
    {
        for (var i = 0; i < total.Length; i++)
        {
            total[i].Merge(partition[i], OneGroup);
        }
    }

    public void Write(AggregateColumn<TRow>[] state, IBufferWriter<byte> output) => throw InProcess.Only();

    public AggregateColumn<TRow>[] Read(ReadOnlySpan<byte> bytes) => throw InProcess.Only();
}
