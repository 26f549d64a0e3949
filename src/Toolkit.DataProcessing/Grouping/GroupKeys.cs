using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>The keys of one state, numbered in the order in which they first came.</summary>
internal abstract class GroupKeys<TRow, TKey>
    where TRow : allows ref struct
{
    public abstract int Count { get; }

    public abstract long Bytes { get; }

    /// <summary>The key with a number.</summary>
    public abstract TKey this[int index] { get; }

    /// <summary>Gets ready for rows of a source.</summary>
    public virtual void Bind(CsvRows rows)
    {
    }

    /// <summary>The number of a row's key.</summary>
    public abstract int FindOrAdd(in Utf8Row row, TRow value);

    /// <summary>Takes in the keys of a later partition: <c>map[i]</c> becomes the number here of its key i.</summary>
    public abstract void Take(GroupKeys<TRow, TKey> later, Span<int> map);

    public abstract void Clear();

    /// <summary>Whether keys can be written and read again.</summary>
    public abstract bool CanWrite { get; }

    /// <summary>The bytes of the key with a number, and its hash; valid until the next call.</summary>
    public abstract ReadOnlySpan<byte> GetBytes(int index, out ulong hash);

    /// <summary>The number of a written key.</summary>
    public abstract int FindOrAddWritten(ReadOnlySpan<byte> bytes);
}

/// <summary>Keys that a delegate selects.</summary>
internal sealed class SelectedKeys<TRow, TKey>(Func<TRow, TKey> selector, SeededHash hash) : GroupKeys<TRow, TKey>
    where TRow : allows ref struct
{
    private readonly TypedKeyTable<TKey> _table = new(hash);
    private readonly TKey[] _key = new TKey[1];

    public override int Count => _table.Count;

    public override long Bytes => _table.Bytes;

    public override TKey this[int index] => _table[index];

    public override int FindOrAdd(in Utf8Row row, TRow value) => _table.FindOrAdd(selector(value));

    public override void Take(GroupKeys<TRow, TKey> later, Span<int> map)
    {
        var table = ((SelectedKeys<TRow, TKey>)later)._table;
        for (var i = 0; i < map.Length; i++)
        {
            map[i] = _table.FindOrAddFrom(table, i);
        }
    }

    public override void Clear() => _table.Clear();

    public override bool CanWrite => typeof(TKey) == typeof(string) || !RuntimeHelpers.IsReferenceOrContainsReferences<TKey>();

    public override ReadOnlySpan<byte> GetBytes(int index, out ulong hash)
    {
        hash = _table.HashOf(index);
        if (_table[index] is string text)
        {
            return MemoryMarshal.AsBytes(text.AsSpan());
        }

        _key[0] = _table[index];
        return MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<TKey, byte>(ref _key[0]), Unsafe.SizeOf<TKey>());
    }

    public override int FindOrAddWritten(ReadOnlySpan<byte> bytes)
    {
        if (typeof(TKey) == typeof(string))
        {
            return _table.FindOrAdd((TKey)(object)new string(MemoryMarshal.Cast<byte, char>(bytes)));
        }

        return _table.FindOrAdd(Unsafe.ReadUnaligned<TKey>(in bytes[0]));
    }
}
