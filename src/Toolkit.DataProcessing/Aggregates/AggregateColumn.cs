namespace Toolkit.DataProcessing;

/// <summary>The states of one aggregate, one for each group.</summary>
internal abstract class AggregateColumn<TRow>
    where TRow : allows ref struct
{
    /// <summary>Makes room for so many groups; new ones are empty.</summary>
    public abstract void Resize(int groups);

    /// <summary>Adds a row to a group.</summary>
    public abstract void Add(int group, TRow row);

    /// <summary>Adds group i of <paramref name="from"/> to group <c>map[i]</c> of this one, for all of the map.</summary>
    public abstract void Merge(AggregateColumn<TRow> from, ReadOnlySpan<int> map);

    /// <summary>Empties the first <paramref name="groups"/> groups.</summary>
    public abstract void Clear(int groups);

    /// <summary>The memory that the states take, in bytes.</summary>
    public abstract long Bytes { get; }
}

/// <inheritdoc cref="AggregateColumn{TRow}"/>
internal abstract class AggregateColumn<TRow, TResult> : AggregateColumn<TRow>
    where TRow : allows ref struct
{
    public abstract TResult Result(int group);
}
