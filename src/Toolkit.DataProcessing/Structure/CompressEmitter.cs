using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Toolkit.DataProcessing;

/// <summary>AVX-512 VBMI2: the numbers of the set bits come out of one compress instruction, sixteen entries to a store.</summary>
internal readonly unsafe struct CompressEmitter : IBlockEmitter
{
    public static bool IsSupported => Avx512Vbmi2.IsSupported && Avx512BW.IsSupported && Bmi2.X64.IsSupported;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Emit(ulong ends, ulong records, int position, int* endTarget, ref int endCount, int* rowTarget, ref int rowCount)
    {
        if (ends == 0)
        {
            return;
        }

        var first = endCount;
        Append(ends, position, endTarget, ref endCount);
        if (records == 0)
        {
            return;
        }

        // The line ends, numbered among the entries of this block.
        var ordinals = Bmi2.X64.ParallelBitExtract(records, ends);
        if (ResetLowest(ResetLowest(ordinals)) != 0)
        {
            Append(ordinals, first, rowTarget, ref rowCount);
            return;
        }

        var target = rowTarget + rowCount;
        target[0] = first + BitOperations.TrailingZeroCount(ordinals);
        target[1] = first + BitOperations.TrailingZeroCount(ResetLowest(ordinals));
        rowCount += BitOperations.PopCount(ordinals);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong ResetLowest(ulong bits) => bits & (bits - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Append(ulong bits, int position, int* target, ref int count)
    {
        var set = BitOperations.PopCount(bits);
        var packed = Avx512Vbmi2.Compress(Vector512<byte>.Zero, Spread(bits), Vector512<byte>.Indices);
        var at = target + count;
        var origin = Vector512.Create(position);
        (Avx512F.ConvertToVector512Int32(packed.GetLower().GetLower()) + origin).Store(at);
        if (set > 16)
        {
            (Avx512F.ConvertToVector512Int32(packed.GetLower().GetUpper()) + origin).Store(at + 16);
            if (set > 32)
            {
                (Avx512F.ConvertToVector512Int32(packed.GetUpper().GetLower()) + origin).Store(at + 32);
                (Avx512F.ConvertToVector512Int32(packed.GetUpper().GetUpper()) + origin).Store(at + 48);
            }
        }

        count += set;
    }

    // A byte of ones for each set bit; the compiler keeps it in a mask register.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Spread(ulong bits)
    {
        var select = Vector512.Create(0x8040201008040201UL).AsByte();
        var eighth = Vector512.Create(
            0x0000000000000000UL, 0x0101010101010101UL, 0x0202020202020202UL, 0x0303030303030303UL,
            0x0404040404040404UL, 0x0505050505050505UL, 0x0606060606060606UL, 0x0707070707070707UL).AsByte();
        var bytes = Avx512BW.Shuffle(Vector512.Create(bits).AsByte(), eighth);
        return Vector512.Equals(bytes & select, select);
    }
}
