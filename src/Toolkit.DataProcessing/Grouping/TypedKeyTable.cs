using System.Runtime.CompilerServices;

namespace Toolkit.DataProcessing;

/// <summary>Keys of any type, numbered in the order in which they first came; the layout of <see cref="RawKeyTable"/>.</summary>
internal sealed class TypedKeyTable<TKey>(SeededHash hash)
{
    private const int InitialSlots = 64;

    private int[] _slots = new int[InitialSlots];
    private Entry[] _entries = new Entry[InitialSlots / 2];

    public int Count { get; private set; }

    public long Bytes => (long)_slots.Length * sizeof(int) + (long)_entries.Length * Unsafe.SizeOf<Entry>();

    public TKey this[int index] => _entries[index].Key;

    public ulong HashOf(int index) => _entries[index].Hash;

    public int FindOrAdd(TKey key) => FindOrAdd(key, KeyHash.Of(key, in hash));

    /// <summary>The number of a key, or -1.</summary>
    public int Find(TKey key)
    {
        var hashOfKey = KeyHash.Of(key, in hash);
        var mask = _slots.Length - 1;
        for (var at = (int)hashOfKey & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            var index = _slots[at] - 1;
            if (_entries[index].Hash == hashOfKey && EqualityComparer<TKey>.Default.Equals(_entries[index].Key, key))
            {
                return index;
            }
        }

        return -1;
    }

    public int FindOrAddFrom(TypedKeyTable<TKey> other, int index) => FindOrAdd(other._entries[index].Key, other._entries[index].Hash);

    public void Clear()
    {
        Array.Clear(_slots);
        Array.Clear(_entries, 0, Count);
        Count = 0;
    }

    private int FindOrAdd(TKey key, ulong hashOfKey)
    {
        var mask = _slots.Length - 1;
        var at = (int)hashOfKey & mask;
        while (_slots[at] != 0)
        {
            var index = _slots[at] - 1;
            ref readonly var entry = ref _entries[index];
            if (entry.Hash == hashOfKey && EqualityComparer<TKey>.Default.Equals(entry.Key, key))
            {
                return index;
            }

            at = (at + 1) & mask;
        }

        return Add(key, hashOfKey, at);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Add(TKey key, ulong hashOfKey, int at)
    {
        if (Count == _entries.Length)
        {
            Grow();
            at = FreeSlot(hashOfKey);
        }

        _entries[Count] = new Entry(hashOfKey, key);
        _slots[at] = ++Count;
        return Count - 1;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new int[_slots.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            _slots[FreeSlot(_entries[i].Hash)] = i + 1;
        }
    }

    private int FreeSlot(ulong hashOfKey)
    {
        var mask = _slots.Length - 1;
        var at = (int)hashOfKey & mask;
        while (_slots[at] != 0)
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private readonly record struct Entry(ulong Hash, TKey Key);
}
