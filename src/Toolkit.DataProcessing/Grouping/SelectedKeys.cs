using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>Keys that a delegate selects.</summary>
internal sealed class SelectedKeys<TRow, TKey>(Func<TRow, TKey> selector, IStateCodec<TKey>? codec, SeededHash hash) : GroupKeys<TRow, TKey>
    where TRow : allows ref struct
{
    private readonly TypedKeyTable<TKey> _table = new(hash);
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public override int Count => _table.Count;

    public override long Bytes => _table.Bytes;

    public override TKey this[int index] => _table[index];

    public override int FindOrAdd(in Utf8Row row, TRow value) => _table.FindOrAdd(selector(value));

    public override bool TakesBatches => true;

    public override void FindOrAdd(RowBatch<TRow> batch)
    {
        var groups = batch.Groups;
        for (var i = 0; i < groups.Length; i++)
        {
            groups[i] = _table.FindOrAdd(selector(batch.WithoutGroup(i)));
        }
    }

    public override void Take(GroupKeys<TRow, TKey> later, ReadOnlySpan<int> numbers, Span<int> map)
    {
        var table = ((SelectedKeys<TRow, TKey>)later)._table;
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = _table.FindOrAddFrom(table, numbers[i]);
        }
    }

    public override void Clear() => _table.Clear();

    public override bool CanWrite => codec is not null;

    public override ulong HashOf(int index) => _table.HashOf(index);

    public override ReadOnlySpan<byte> GetBytes(int index)
    {
        _bytes.ResetWrittenCount();
        codec!.Write(_table[index], _bytes);
        return _bytes.WrittenSpan;
    }

    public override int FindWritten(ReadOnlySpan<byte> bytes) => _table.Find(codec!.Read(bytes));

    public override int FindOrAddWritten(ReadOnlySpan<byte> bytes) => _table.FindOrAdd(codec!.Read(bytes));
}
