using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>Groups the rows of a query and aggregates each group.</summary>
internal sealed class GroupJob<TRow, TKey>(RowStep<TRow> step, Func<GroupKeys<TRow, TKey>> createKeys, Func<AggregateColumn<TRow>[]> createColumns) : IPartitionJob<GroupState<TRow, TKey>>
    where TRow : allows ref struct
{
    public string Name => "group";

    public string Arguments => "";

    public CsvSchema? Schema => step.Schema;

    public GroupState<TRow, TKey> Create() => new(createKeys(), createColumns());

    public bool TryClear(GroupState<TRow, TKey> state)
    {
        state.Clear();
        return true;
    }

    public void Process(CsvRows rows, GroupState<TRow, TKey> state) => state.Process(rows, step);

    public void Merge(GroupState<TRow, TKey> total, GroupState<TRow, TKey> partition) => total.Merge(partition);

    public void Write(GroupState<TRow, TKey> state, IBufferWriter<byte> output) => throw InProcess.Only();

    public GroupState<TRow, TKey> Read(ReadOnlySpan<byte> bytes) => throw InProcess.Only();
}
