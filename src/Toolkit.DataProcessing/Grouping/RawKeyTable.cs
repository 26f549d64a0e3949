using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// Keys as bytes, numbered in the order in which they first came: open addressing with linear probing at a load of at most
/// one half; a slot holds the number and half of the hash, so that nearly every comparison of bytes is one that succeeds.
/// </summary>
internal sealed class RawKeyTable(SeededHash hash)
{
    private const int InitialSlots = 1024;
    private const int InitialArena = 16 * 1024;

    private ulong[] _slots = new ulong[InitialSlots];
    private Entry[] _entries = new Entry[InitialSlots / 2];
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FindOrAdd(ReadOnlySpan<byte> key) => FindOrAdd(key, hash.Of(key));

    public int FindOrAdd(ReadOnlySpan<byte> key, ulong hashOfKey)
    {
        var slots = _slots;
        var mask = slots.Length - 1;
        var at = (int)hashOfKey & mask;
        var tag = hashOfKey & 0xFFFFFFFF00000000;
        while (true)
        {
            var slot = slots[at];
            if (slot == 0)
            {
                return Add(key, hashOfKey, at);
            }

            if ((slot & 0xFFFFFFFF00000000) == tag)
            {
                var index = (int)(uint)slot - 1;
                ref readonly var entry = ref _entries[index];
                if (entry.Length == key.Length && AreEqual(ref MemoryMarshal.GetReference(key), ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_arena), entry.Offset), key.Length))
                {
                    return index;
                }
            }

            at = (at + 1) & mask;
        }
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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool AreEqual(ref byte a, ref byte b, int length)
    {
        if (length is >= 4 and <= 16)
        {
            // Two loads that overlap in the middle cover every length from their own to twice it.
            return length >= 8
                ? ((Unsafe.ReadUnaligned<ulong>(ref a) ^ Unsafe.ReadUnaligned<ulong>(ref b))
                    | (Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref a, length - 8)) ^ Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref b, length - 8)))) == 0
                : ((Unsafe.ReadUnaligned<uint>(ref a) ^ Unsafe.ReadUnaligned<uint>(ref b))
                    | (Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref a, length - 4)) ^ Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref b, length - 4)))) == 0;
        }

        return MemoryMarshal.CreateReadOnlySpan(ref a, length).SequenceEqual(MemoryMarshal.CreateReadOnlySpan(ref b, length));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Add(ReadOnlySpan<byte> key, ulong hashOfKey, int at)
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
        _entries[index] = new Entry(hashOfKey, _arenaUsed, key.Length);
        _slots[at] = (hashOfKey & 0xFFFFFFFF00000000) | (uint)(index + 1);
        _arenaUsed += key.Length;
        return index;
    }

    private void Grow()
    {
        Array.Resize(ref _entries, _entries.Length * 2);
        _slots = new ulong[_slots.Length * 2];
        for (var i = 0; i < Count; i++)
        {
            _slots[FreeSlot(_entries[i].Hash)] = (_entries[i].Hash & 0xFFFFFFFF00000000) | (uint)(i + 1);
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

    private readonly record struct Entry(ulong Hash, int Offset, int Length);
}
