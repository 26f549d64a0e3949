using System.Buffers;

namespace Toolkit.DataProcessing;

/// <summary>The set of an exact distinct count.</summary>
internal sealed class SetCodec<TValue>(IStateCodec<TValue> values) : IStateCodec<HashSet<TValue>>
{
    /// <summary>A codec, or null where values can't be written.</summary>
    public static SetCodec<TValue>? TryCreate() => StateCodecs.Find<TValue>() is { } values ? new SetCodec<TValue>(values) : null;

    public void Write(HashSet<TValue> value, IBufferWriter<byte> output)
    {
        output.WriteInt32(value.Count);
        foreach (var item in value)
        {
            output.WriteBlock(values, item);
        }
    }

    public HashSet<TValue> Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new StateReader(bytes);
        var count = reader.ReadInt32();
        var set = new HashSet<TValue>(count);
        for (; count > 0; count--)
        {
            set.Add(values.Read(reader.ReadBlock()));
        }

        return set;
    }
}
