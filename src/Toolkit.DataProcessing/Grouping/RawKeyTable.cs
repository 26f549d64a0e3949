using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Toolkit.DataProcessing;

/// <summary>
/// Keys as bytes, numbered in the order in which they first came: open addressing with linear probing at a load of at most
/// one quarter while the slots fit the processor's caches (a second look is a branch that it can't foresee), and of one half
/// beyond; a slot holds the number and half of the hash, so that nearly every comparison of bytes is one that succeeds.
/// </summary>
internal sealed class RawKeyTable(SeededHash hash)
{
    private const ulong TagMask = 0xFFFFFFFF00000000;
    private const int InitialSlots = 1024;
    private const int SparseSlots = 16 * 1024;
    private const int InitialArena = 16 * 1024;
    private const int FarAhead = 24;
    private const int NearAhead = 12;

    private ulong[] _slots = new ulong[InitialSlots];
    private Entry[] _entries = new Entry[InitialSlots / 4];
    private byte[] _arena = new byte[InitialArena];
    private int _arenaUsed;

    public int Count { get; private set; }

    public long Bytes => (long)_slots.Length * sizeof(ulong) + (long)_entries.Length * Unsafe.SizeOf<Entry>() + _arena.Length;

    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ref readonly var entry = ref _entries[index];
            return new ReadOnlySpan<byte>(_arena, entry.Offset, entry.Length);
        }
    }

    public ulong HashOf(int index) => _entries[index].Hash;

    /// <summary>The number of a key; a new one gets the next number.</summary>
    public int FindOrAdd(ReadOnlySpan<byte> key)
    {
        var (low, high) = SeededHash.Words(key);
        return FindOrAdd(key, low, high, hash.Of(key, low, high));
    }

    /// <summary>The number of a key, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        var (low, high) = SeededHash.Words(key);
        var hashOfKey = hash.Of(key, low, high);
        var mask = _slots.Length - 1;
        for (var at = (int)hashOfKey & mask; _slots[at] != 0; at = (at + 1) & mask)
        {
            var index = (int)(uint)_slots[at] - 1;
            if (_entries[index].Hash == hashOfKey && key.SequenceEqual(this[index]))
            {
                return index;
            }
        }

        return -1;
    }

    /// <summary>As <see cref="FindOrAdd(ReadOnlySpan{byte})"/>, for a key behind which sixteen more bytes can be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindOrAddPadded(ReadOnlySpan<byte> key)
    {
        if ((uint)(key.Length - 1) >= SeededHash.Short)
        {
            return FindOrAdd(key);
        }

        var words = RawKey.WordsOf(ref MemoryMarshal.GetReference(key), key.Length);
        var (low, high) = (words.ToScalar(), words.GetElement(1));
        return FindOrAdd(key, low, high, hash.OfShort(low, high, key.Length));
    }

    /// <summary>As <see cref="FindOrAddPadded(ReadOnlySpan{byte})"/>, for many keys.</summary>
    public void FindOrAddPadded(ReadOnlySpan<RawKey> keys, Span<int> numbers)
    {
        var seed = hash;
        var slots = _slots;
        var entries = _entries;
        numbers = numbers[..keys.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            var length = keys[i].Length;
            if ((uint)(length - 1) >= SeededHash.Short)
            {
                numbers[i] = FindOrAdd(keys[i].Bytes);
                (slots, entries) = (_slots, _entries);
                continue;
            }

            var words = keys[i].Words;
            var (low, high) = (words.ToScalar(), words.GetElement(1));
            var hashOfKey = seed.OfShort(low, high, length);
            var slot = slots[(int)hashOfKey & (slots.Length - 1)];
            var index = (int)(uint)slot - 1;
            if (((slot ^ hashOfKey) & TagMask) == 0 && (uint)index < (uint)entries.Length)
            {
                ref readonly var entry = ref entries[index];
                if (((entry.Low ^ low) | (entry.High ^ high) | (uint)(entry.Length ^ length)) == 0)
                {
                    numbers[i] = index;
                    continue;
                }
            }

            numbers[i] = FindOrAdd(keys[i].Bytes, low, high, hashOfKey);
            (slots, entries) = (_slots, _entries);
        }
    }

    /// <summary>Adds keys of a table with the same hash: the number here of its key <c>keys[i]</c> becomes <c>numbers[i]</c>.</summary>
    public void FindOrAddFrom(RawKeyTable other, ReadOnlySpan<int> keys, Span<int> numbers)
    {
        var later = other._entries;
        for (var i = 0; i < keys.Length; i++)
        {
            if (i < keys.Length - FarAhead)
            {
                PrefetchSlot(later[keys[i + FarAhead]].Hash);
                PrefetchEntry(later[keys[i + NearAhead]].Hash);
            }

            ref readonly var entry = ref later[keys[i]];
            numbers[i] = FindOrAdd(other[keys[i]], entry.Low, entry.High, entry.Hash);
        }
    }

    // A table of millions of keys is in no cache: the lines that later keys need are on their way while a key is looked up.
    private unsafe void PrefetchSlot(ulong hashOfKey)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref _slots[(int)hashOfKey & (_slots.Length - 1)]));
        }
    }

    private unsafe void PrefetchEntry(ulong hashOfKey)
    {
        if (Sse.IsSupported)
        {
            var index = (uint)_slots[(int)hashOfKey & (_slots.Length - 1)] - 1;
            if (index < (uint)_entries.Length)
            {
                Sse.Prefetch0(Unsafe.AsPointer(ref _entries[index]));
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindOrAdd(ReadOnlySpan<byte> key, ulong low, ulong high, ulong hashOfKey)
    {
        var slots = _slots;
        var at = (int)hashOfKey & (slots.Length - 1);
        while (true)
        {
            var slot = slots[at];
            if (slot == 0)
            {
                return Add(key, low, high, hashOfKey, at);
            }

            if (((slot ^ hashOfKey) & TagMask) == 0)
            {
                var index = (int)(uint)slot - 1;
                ref readonly var entry = ref _entries[index];
                if (((entry.Low ^ low) | (entry.High ^ high) | (uint)(entry.Length ^ key.Length)) == 0
                    && (key.Length <= SeededHash.Short || key.SequenceEqual(this[index])))
                {
                    return index;
                }
            }

            at = (at + 1) & (slots.Length - 1);
        }
    }

    /// <summary>For tests: the most slots that finding a key looks at.</summary>
    public int LongestProbe()
    {
        var longest = 0;
        for (int i = 0, run = 0; i < 2 * _slots.Length; i++)
        {
            run = _slots[i & (_slots.Length - 1)] == 0 ? 0 : run + 1;
            longest = Math.Max(longest, run);
        }

        return longest;
    }

    /// <summary>Forgets all keys and keeps the memory.</summary>
    public void Clear()
    {
        if (Count * 8 < _slots.Length)
        {
            // Fewer keys than cache lines: each slot by itself.
            for (var i = 0; i < Count; i++)
            {
                RemoveSlot(i);
            }
        }
        else
        {
            Array.Clear(_slots);
        }

        Count = 0;
        _arenaUsed = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Add(ReadOnlySpan<byte> key, ulong low, ulong high, ulong hashOfKey, int at)
    {
        if (Count == _entries.Length)
        {
            Grow();
            at = FreeSlot(hashOfKey);
        }

        if (_arena.Length - _arenaUsed < key.Length)
        {
            Array.Resize(ref _arena, (int)Math.Min(Array.MaxLength, Math.Max(2L * _arena.Length, (long)_arenaUsed + key.Length)));
        }

        key.CopyTo(_arena.AsSpan(_arenaUsed));
        var index = Count++;
        _entries[index] = new Entry(hashOfKey, low, high, _arenaUsed, key.Length);
        _slots[at] = (hashOfKey & TagMask) | (uint)(index + 1);
        _arenaUsed += key.Length;
        return index;
    }

    private void Grow()
    {
        var slots = _slots.Length * 2;
        Array.Resize(ref _entries, slots <= SparseSlots ? slots / 4 : slots / 2);
        _slots = new ulong[slots];
        for (var i = 0; i < Count; i++)
        {
            _slots[FreeSlot(_entries[i].Hash)] = (_entries[i].Hash & TagMask) | (uint)(i + 1);
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

    // Only for emptying the whole table: it breaks the probing of others.
    private void RemoveSlot(int index)
    {
        var mask = _slots.Length - 1;
        var at = (int)_entries[index].Hash & mask;
        while ((uint)_slots[at] != (uint)(index + 1))
        {
            at = (at + 1) & mask;
        }

        _slots[at] = 0;
    }

    // Keys of up to sixteen bytes are compared here, longer ones in the arena as well.
    private readonly record struct Entry(ulong Hash, ulong Low, ulong High, int Offset, int Length);
}
