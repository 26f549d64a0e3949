using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Toolkit.DataProcessing;

/// <summary>
/// The approximate number of distinct values: HyperLogLog with 4,096 registers (Flajolet, Fusy, Gandouet and Meunier, 2007) and
/// linear counting for small numbers; a standard error of 1.6 percent. The hash has a fixed seed: the same input gives the same
/// number in every run.
/// </summary>
internal sealed class DistinctSketch<TValue>
{
    private const int Bits = 12;
    private const int Registers = 1 << Bits;

    /// <summary>The memory of a sketch, in bytes.</summary>
    public const int StateBytes = Registers + 64;

    private static readonly SeededHash s_hash = new(0x243F6A8885A308D3, 0x13198A2E03707344);

    private readonly byte[] _registers = new byte[Registers];

    public void Add(TValue value)
    {
        var hash = value is string text ? OfText(text) : KeyHash.Of(value, in s_hash);
        ref var register = ref _registers[hash >> (64 - Bits)];
        var rank = (byte)(BitOperations.LeadingZeroCount((hash << Bits) | (1UL << (Bits - 1))) + 1);
        register = Math.Max(register, rank);
    }

    public void Merge(DistinctSketch<TValue> other)
    {
        for (var i = 0; i < Registers; i++)
        {
            _registers[i] = Math.Max(_registers[i], other._registers[i]);
        }
    }

    public long Estimate()
    {
        var sum = 0.0;
        var zeros = 0;
        foreach (var register in _registers)
        {
            sum += Math.ScaleB(1, -register);
            zeros += register == 0 ? 1 : 0;
        }

        var estimate = 0.7213 / (1 + (1.079 / Registers)) * Registers * Registers / sum;
        return (long)Math.Round(estimate <= 2.5 * Registers && zeros > 0 ? Registers * Math.Log((double)Registers / zeros) : estimate);
    }

    private static ulong OfText(string text)
    {
        var bytes = MemoryMarshal.AsBytes(text.AsSpan());
        var (low, high) = SeededHash.Words(bytes);
        return s_hash.Of(bytes, low, high);
    }

    internal sealed class Codec : IStateCodec<DistinctSketch<TValue>>
    {
        public void Write(DistinctSketch<TValue> value, IBufferWriter<byte> output) => output.Write(value._registers);

        public DistinctSketch<TValue> Read(ReadOnlySpan<byte> bytes)
        {
            var sketch = new DistinctSketch<TValue>();
            bytes.CopyTo(sketch._registers);
            return sketch;
        }
    }
}
