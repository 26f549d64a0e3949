using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>Rows that wait for their aggregates, each with the number of its group.</summary>
internal sealed class RowBatch<TRow>
    where TRow : allows ref struct
{
    private const int Length = 256;

    private readonly Array _rows;
    private readonly int[] _groups = new int[Length];
    private int _count;

    private RowBatch(Array rows) => _rows = rows;

    /// <summary>A batch, or null where rows can't be kept.</summary>
    public static RowBatch<TRow>? TryCreate(RowStep<TRow> step) => step.CreateBatch(Length) is { } rows ? new RowBatch<TRow>(rows) : null;

    public bool IsFull => _count == Length;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int group, TRow row)
    {
        var at = _count++;
        _groups[at] = group;
        Unsafe.Add(ref Unsafe.As<byte, TRow>(ref MemoryMarshal.GetArrayDataReference(_rows)), at) = row;
    }

    /// <summary>Hands all rows to the columns, which have room for their groups.</summary>
    public void Flush(AggregateColumn<TRow>[] columns)
    {
        foreach (var column in columns)
        {
            column.AddBatch(_groups.AsSpan(0, _count), ref MemoryMarshal.GetArrayDataReference(_rows));
        }

        _count = 0;
    }

    /// <summary>Forgets the rows: the job stopped in the middle.</summary>
    public void Clear() => _count = 0;
}
