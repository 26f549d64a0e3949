using System.Buffers;
using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>The states of one aggregate, one for each group.</summary>
internal abstract class AggregateColumn<TRow>
    where TRow : allows ref struct
{
    /// <summary>Makes room for so many groups; new ones are empty.</summary>
    public abstract void Resize(int groups);

    /// <summary>Adds a row to a group.</summary>
    public abstract void Add(int group, TRow row);

    /// <summary>
    /// Adds the rows of a batch, each to its group. Rows that fit in an array come this way: one virtual call for many rows.
    /// They are passed as the reference to the first, because a span of a type that may be a ref struct can't be named.
    /// </summary>
    public virtual void AddBatch(ReadOnlySpan<int> groups, ref byte rows)
    {
        ref var row = ref Unsafe.As<byte, TRow>(ref rows);
        for (var i = 0; i < groups.Length; i++)
        {
            Add(groups[i], Unsafe.Add(ref row, i));
        }
    }

    /// <summary>Adds group <c>groups[i]</c> of <paramref name="from"/> to group <c>map[i]</c> of this one, for all of the map.</summary>
    public abstract void Merge(AggregateColumn<TRow> from, ReadOnlySpan<int> groups, ReadOnlySpan<int> map);

    /// <summary>Empties the first <paramref name="groups"/> groups.</summary>
    public abstract void Clear(int groups);

    /// <summary>Whether states can be written: what they refer to has a codec.</summary>
    public abstract bool CanWrite { get; }

    /// <summary>Writes the state of a group, for another process of the same program as well.</summary>
    public abstract void Write(int group, IBufferWriter<byte> output);

    /// <summary>Adds a written state to a group.</summary>
    public abstract void MergeWritten(int group, ref StateReader reader);

    /// <summary>The memory that the states take, in bytes.</summary>
    public abstract long Bytes { get; }
}

/// <inheritdoc cref="AggregateColumn{TRow}"/>
internal abstract class AggregateColumn<TRow, TResult> : AggregateColumn<TRow>
    where TRow : allows ref struct
{
    public abstract TResult Result(int group);
}
