using System.Buffers.Binary;
using System.Text;

namespace Toolkit.DataProcessing;

/// <summary>Keys that are the bytes of one column: nothing is decoded before the groups are read.</summary>
internal sealed class ColumnKeys<TRow>(string column, SeededHash hash) : GroupKeys<TRow, string>
    where TRow : allows ref struct
{
    private readonly RawKeyTable _table = new(hash);
    private int _position;

    public override int Count => _table.Count;

    public override long Bytes => _table.Bytes;

    public override string this[int index] => Encoding.UTF8.GetString(_table[index]);

    public override void Bind(CsvRows rows) => _position = rows.PositionOf(column);

    public override int FindOrAdd(in Utf8Row row, TRow value) => _table.FindOrAddPadded(row.GetOrEmpty(_position));

    public override bool TakesBatches => true;

    public override int? Position => _position;

    public override void FindOrAdd(RowBatch<TRow> batch) => _table.FindOrAddPadded(batch.Keys, batch.Groups);

    public override void Take(GroupKeys<TRow, string> later, ReadOnlySpan<int> numbers, Span<int> map)
    {
        var table = ((ColumnKeys<TRow>)later)._table;
        _table.FindOrAddFrom(table, numbers, map);
    }

    public override void Clear() => _table.Clear();

    public override bool CanWrite => true;

    public override ulong HashOf(int index) => _table.HashOf(index);

    public override ReadOnlySpan<byte> GetBytes(int index) => _table[index];

    public override int FindWritten(ReadOnlySpan<byte> bytes) => _table.Find(bytes);

    public override int FindOrAddWritten(ReadOnlySpan<byte> bytes) => _table.FindOrAdd(bytes);
}

/// <summary>Keys that are the bytes of several columns, each behind its length.</summary>
internal sealed class ColumnsKeys<TRow, TKey>(string[] columns, Func<string[], TKey> make, SeededHash hash) : GroupKeys<TRow, TKey>
    where TRow : allows ref struct
{
    private readonly RawKeyTable _table = new(hash);
    private readonly int[] _positions = new int[columns.Length];
    private byte[] _key = new byte[256];

    public override int Count => _table.Count;

    public override long Bytes => _table.Bytes;

    public override TKey this[int index]
    {
        get
        {
            var key = _table[index];
            var parts = new string[columns.Length];
            for (var i = 0; i < parts.Length; i++)
            {
                var length = BinaryPrimitives.ReadInt32LittleEndian(key);
                parts[i] = Encoding.UTF8.GetString(key.Slice(sizeof(int), length));
                key = key[(sizeof(int) + length)..];
            }

            return make(parts);
        }
    }

    public override void Bind(CsvRows rows)
    {
        for (var i = 0; i < columns.Length; i++)
        {
            _positions[i] = rows.PositionOf(columns[i]);
        }
    }

    public override int FindOrAdd(in Utf8Row row, TRow value)
    {
        var used = 0;
        foreach (var position in _positions)
        {
            var part = row.GetOrEmpty(position);
            if (_key.Length - used < part.Length + sizeof(int))
            {
                Array.Resize(ref _key, Math.Max(_key.Length * 2, used + part.Length + sizeof(int)));
            }

            BinaryPrimitives.WriteInt32LittleEndian(_key.AsSpan(used), part.Length);
            part.CopyTo(_key.AsSpan(used + sizeof(int)));
            used += sizeof(int) + part.Length;
        }

        return _table.FindOrAdd(_key.AsSpan(0, used));
    }

    public override void Take(GroupKeys<TRow, TKey> later, ReadOnlySpan<int> numbers, Span<int> map)
    {
        var table = ((ColumnsKeys<TRow, TKey>)later)._table;
        _table.FindOrAddFrom(table, numbers, map);
    }

    public override void Clear() => _table.Clear();

    public override bool CanWrite => true;

    public override ulong HashOf(int index) => _table.HashOf(index);

    public override ReadOnlySpan<byte> GetBytes(int index) => _table[index];

    public override int FindWritten(ReadOnlySpan<byte> bytes) => _table.Find(bytes);

    public override int FindOrAddWritten(ReadOnlySpan<byte> bytes) => _table.FindOrAdd(bytes);
}
