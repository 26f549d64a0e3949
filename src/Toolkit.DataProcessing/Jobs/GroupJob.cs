using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>Groups the rows of a query and aggregates each group.</summary>
internal sealed class GroupJob<TRow, TKey>(RowStep<TRow> step, Func<GroupKeys<TRow, TKey>> createKeys, Func<AggregateColumn<TRow>[]> createColumns, RunOptions options) : IPartitionJob<GroupState<TRow, TKey>>
    where TRow : allows ref struct
{
    // The merged groups may take three quarters of the budget; buffers and the groups of single partitions take the rest.
    private static long TotalBudget(RunOptions options) => options.MemoryBudget / 4 * 3;

    public string Name => "group";

    public string Arguments => "";

    public CsvSchema? Schema => step.Schema;

    public GroupState<TRow, TKey> Create() => new(createKeys, createColumns);

    public long Measure(GroupState<TRow, TKey> state) => state.Bytes;

    public bool TryClear(GroupState<TRow, TKey> state)
    {
        state.Clear();
        return true;
    }

    public void Process(CsvRows rows, GroupState<TRow, TKey> state) => state.Process(rows, step);

    public void Merge(GroupState<TRow, TKey> total, GroupState<TRow, TKey> partition) =>
        total.Merge(partition, TotalBudget(options), options);

    public void Write(GroupState<TRow, TKey> state, IBufferWriter<byte> output)
    {
        if (!state.CanWrite || state.Spill is not null)
        {
            throw InProcess.NoState(state.Spill is null ? $"keys of type {typeof(TKey)} or an aggregate" : "groups that are on disk already");
        }

        output.WriteInt32(state.Count);
        foreach (var (groups, group) in state.All())
        {
            output.WriteBlock(groups.Keys.GetBytes(group));
            groups.WriteStates(group, output);
        }
    }

    public GroupState<TRow, TKey> Read(ReadOnlySpan<byte> bytes)
    {
        var state = Create();
        var reader = new StateReader(bytes);
        for (var rest = reader.ReadInt32(); rest > 0; rest--)
        {
            state.MergeWritten(reader.ReadBlock(), ref reader);
        }

        return state;
    }
}
