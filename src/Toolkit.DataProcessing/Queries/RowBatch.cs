using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>Rows that wait for their aggregates, each with the number of its group, or with the key that it is found by.</summary>
internal sealed unsafe class RowBatch<TRow>
    where TRow : allows ref struct
{
    private const int Length = Utf8RowBlock.MaxCount;
    private const int SmallestBlock = 32;

    private readonly Array _rows;
    private readonly int[] _groups = new int[Length];
    private readonly RawKey[] _keys = new RawKey[Length];
    private readonly ushort[] _faults = new ushort[Length];
    private readonly List<byte[]> _copies = [];
    private object? _before;
    private int _count;
    private int _withGroup;
    private int? _keyPosition;

    private RowBatch(Array rows) => _rows = rows;

    /// <summary>A batch, or null where rows can't be kept.</summary>
    public static RowBatch<TRow>? TryCreate(RowStep<TRow> step) => step.CreateBatch(Length) is { } rows ? new RowBatch<TRow>(rows) : null;

    /// <summary>Whether the rows are to be handed on: there is no room, or so little that a block for it would not pay.</summary>
    public bool IsFull => _count > Length - SmallestBlock;

    /// <summary>The number of rows.</summary>
    public int Count => _count;

    /// <summary>The rows, and room for more behind them.</summary>
    public Array Rows => _rows;

    /// <summary>A place for each row that there is room for: <see cref="Utf8RowBlock"/> notes there what is wrong with a record.</summary>
    public Span<ushort> Faults => _faults.AsSpan(_count);

    /// <summary>The field that is each row's key; null where the keys are made of the rows.</summary>
    public int? KeyPosition
    {
        get => _keyPosition;
        set => _keyPosition = value;
    }

    /// <summary>The keys of the last rows, whose groups are not known yet.</summary>
    public ReadOnlySpan<RawKey> Keys => _keys.AsSpan(_withGroup, _count - _withGroup);

    /// <summary>Where the groups of those rows go.</summary>
    public Span<int> Groups => _groups.AsSpan(_withGroup, _count - _withGroup);

    /// <summary>All rows have their group now.</summary>
    public void HasGroups() => _withGroup = _count;

    /// <summary>Adds a row; all before it have their group.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int group, TRow row)
    {
        var at = _count++;
        _withGroup = at + 1;
        _groups[at] = group;
        At(at) = row;
    }

    /// <summary>Adds what a step made of a record, and notes where its key is. The groups are 0 where there is no key.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(TRow row, in Utf8Row record)
    {
        var at = _count++;
        At(at) = row;
        if (_keyPosition.HasValue)
        {
            _keys[at] = RawKey.Of(record.GetOrEmpty(_keyPosition.GetValueOrDefault()));
        }
    }

    /// <summary>Adds what was made of all records of a block, which is in <see cref="Rows"/> already.</summary>
    public void AddBlock(in Utf8RowBlock block)
    {
        if (_keyPosition is { } position)
        {
            block.GetKeys(position, _keys.AsSpan(_count), 0, block.Count);
        }

        _count += block.Count;
    }

    /// <summary>Adds what was made of some records of a block, which is in <see cref="Rows"/> at its own place, or before it.</summary>
    /// <param name="block">The block.</param>
    /// <param name="values">What was made of its records.</param>
    /// <param name="from">The first record.</param>
    /// <param name="to">The record behind the last one.</param>
    public void AddBlock<T>(in Utf8RowBlock block, ReadOnlySpan<T> values, int from, int to)
    {
        if (_keyPosition is { } position)
        {
            block.GetKeys(position, _keys.AsSpan(_count), from, to);
        }

        values[from..to].CopyTo(((T[])_rows).AsSpan(_count));
        _count += to - from;
    }

    /// <summary>Adds what was made of a mended record, whose memory the next one takes: its key is copied.</summary>
    public void AddMended(TRow row, in Utf8Row record)
    {
        var at = _count++;
        At(at) = row;
        if (_keyPosition.HasValue)
        {
            var copy = RowContext.Pad(record.GetOrEmpty(_keyPosition.GetValueOrDefault()), out var key);
            _copies.Add(copy);
            _keys[at] = RawKey.Of(key);
        }
    }

    /// <summary>The batch of the step before a selection, ready to take as many rows as there is room for here; null where its rows can't be kept.</summary>
    public RowBatch<TSource>? Before<TSource>(RowStep<TSource> step)
        where TSource : allows ref struct
    {
        if ((_before ??= RowBatch<TSource>.TryCreate(step)) is not RowBatch<TSource> before)
        {
            return null;
        }

        before.Clear();
        before._count = before._withGroup = _count;
        before._keyPosition = _keyPosition;
        return before;
    }

    /// <summary>Takes what a selector makes of the rows of the batch before, with their keys.</summary>
    public void Select<TSource>(RowBatch<TSource> before, Func<TSource, TRow> selector)
        where TSource : allows ref struct
    {
        for (var i = _count; i < before._count; i++)
        {
            At(i) = selector(before.At(i));
        }

        before._keys.AsSpan(_count, before._count - _count).CopyTo(_keys.AsSpan(_count));
        _copies.AddRange(before._copies);
        _count = before._count;
    }

    /// <summary>Leaves out rows from a place on.</summary>
    public void Filter(int from, Func<TRow, bool> predicate)
    {
        var to = from;
        for (var i = from; i < _count; i++)
        {
            if (predicate(At(i)))
            {
                At(to) = At(i);
                _keys[to] = _keys[i];
                to++;
            }
        }

        _count = to;
    }

    /// <summary>Hands all rows to the columns, which have room for their groups.</summary>
    public void Flush(AggregateColumn<TRow>[] columns)
    {
        foreach (var column in columns)
        {
            column.AddBatch(_groups.AsSpan(0, _count), ref MemoryMarshal.GetArrayDataReference(_rows));
        }

        Clear();
    }

    /// <summary>Forgets the rows: the job stopped in the middle.</summary>
    public void Clear()
    {
        _count = _withGroup = 0;
        _copies.Clear();
    }

    /// <summary>The row at a place behind those that have their group.</summary>
    public TRow WithoutGroup(int index) => At(_withGroup + index);

    private ref TRow At(int index) => ref Unsafe.Add(ref Unsafe.As<byte, TRow>(ref MemoryMarshal.GetArrayDataReference(_rows)), index);
}
