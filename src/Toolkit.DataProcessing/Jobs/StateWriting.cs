using System.Buffers;
using System.Buffers.Binary;

namespace Toolkit.DataProcessing;

/// <summary>The parts that written states are made of.</summary>
internal static class StateWriting
{
    public static void WriteInt32(this IBufferWriter<byte> output, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(sizeof(int)), value);
        output.Advance(sizeof(int));
    }

    public static void WriteInt64(this IBufferWriter<byte> output, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(output.GetSpan(sizeof(long)), value);
        output.Advance(sizeof(long));
    }

    public static void WriteFlag(this IBufferWriter<byte> output, bool value)
    {
        output.GetSpan(1)[0] = value ? (byte)1 : (byte)0;
        output.Advance(1);
    }

    /// <summary>Bytes behind their length.</summary>
    public static void WriteBlock(this IBufferWriter<byte> output, ReadOnlySpan<byte> bytes)
    {
        output.WriteInt32(bytes.Length);
        output.Write(bytes);
    }

    /// <summary>A value behind the length of its bytes.</summary>
    public static void WriteBlock<T>(this IBufferWriter<byte> output, IStateCodec<T> codec, T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Write(value, buffer);
        output.WriteBlock(buffer.WrittenSpan);
    }
}
