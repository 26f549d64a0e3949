using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>Makes the records of a <see cref="SpillFile"/>: order, the lengths of key and states, key, states.</summary>
internal sealed class SpillRecord<TRow, TKey>
    where TRow : allows ref struct
{
    private readonly ArrayBufferWriter<byte> _record = new(1024);

    /// <summary>The record of a group; valid until the next one is made.</summary>
    /// <param name="order">Says where the group comes among all groups.</param>
    /// <param name="state">What holds the group.</param>
    /// <param name="group">Its number there.</param>
    public ReadOnlySpan<byte> Encode(long order, GroupState<TRow, TKey> state, int group)
    {
        var key = state.Keys.GetBytes(group);
        var used = SpillReader.HeaderBytes + key.Length;
        _record.ResetWrittenCount();
        key.CopyTo(_record.GetSpan(used)[SpillReader.HeaderBytes..]);
        _record.Advance(used);
        state.WriteStates(group, _record);

        // The header comes last: only now it is known how long the states are, and where the buffer lies.
        var record = _record.WrittenSpan;
        var header = MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(record), SpillReader.HeaderBytes);
        BinaryPrimitives.WriteInt64LittleEndian(header, order);
        BinaryPrimitives.WriteInt32LittleEndian(header[sizeof(long)..], key.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[(sizeof(long) + sizeof(int))..], record.Length - used);
        return record;
    }
}
